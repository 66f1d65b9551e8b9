import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { httpFaceOf } from '@hcfs/mcp'
import {
  completable,
  fromJsonSchema,
  inputRequired,
  McpServer,
  ResourceNotFoundError,
  ResourceTemplate
} from '@modelcontextprotocol/server'
import { z } from 'zod'

/** One black pixel, and a WAV file without a sound. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA='

const image = { type: 'image', data: PNG, mimeType: 'image/png' } as const
const audio = { type: 'audio', data: WAV, mimeType: 'audio/wav' } as const

/** What the conformance suites expect of a server, on the plumbing that serves contexts. */
export async function startFixtureServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const changes = { tools: () => {}, prompts: () => {} }
  const { face, listener } = httpFaceOf(() => newServer(changes), { onerror: () => {}, isLoopbackOnly: true })
  changes.tools = () => listener.toolsChanged()
  changes.prompts = () => listener.promptsChanged()
  const http = createServer((request, response) => void face.handle(request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    [Symbol.asyncDispose]: async () => {
      await face.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    }
  }
}

/** Tells the clients that listen that a list is another. */
interface Changes {
  tools: () => void
  prompts: () => void
}

function newServer(changes: Changes): McpServer {
  const server = new McpServer(
    { name: 'hcfs-fixture', version: '1.0.0' },
    {
      capabilities: {
        logging: {},
        completions: {},
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true }
      }
    }
  )
  server.server.setRequestHandler('resources/subscribe', () => ({}))
  server.server.setRequestHandler('resources/unsubscribe', () => ({}))
  addTools(server)
  addSchemaTools(server)
  addDiagnosticTools(server, changes)
  addResources(server)
  addPrompts(server)
  return server
}

function addTools(server: McpServer): void {
  const resource = {
    uri: 'test://embedded-resource',
    mimeType: 'text/plain',
    text: 'This is an embedded resource content.'
  }
  const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] })
  const plain = (name: string) => ({ description: `What ${name} is asked for` })
  server.registerTool('test_simple_text', plain('text'), () => text('This is a simple text response for testing.'))
  server.registerTool('test_image_content', plain('an image'), () => ({ content: [image] }))
  server.registerTool('test_audio_content', plain('a sound'), () => ({ content: [audio] }))
  server.registerTool('test_embedded_resource', plain('a resource'), () => ({
    content: [{ type: 'resource', resource }]
  }))
  server.registerTool('test_multiple_content_types', plain('all of it'), () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: '{"test":"data","value":123}'
        }
      }
    ]
  }))
  server.registerTool('test_error_handling', plain('an error'), () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  server.registerTool('test_tool_with_logging', plain('logging'), async ({ mcpReq }) => {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', line)
    }
    return text('Done')
  })
  server.registerTool('test_tool_with_progress', plain('progress'), async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken
    for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
      const params = { progressToken: progressToken ?? 0, progress, total: 100 }
      await mcpReq.notify({ method: 'notifications/progress', params })
    }
    return text('Done')
  })
}

/** A schema that uses what only JSON Schema 2020-12 has; a client must get it as it is. */
const MODERN_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } }
    }
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' }
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  else: { required: ['email'] },
  ...Object.fromEntries([['then', { required: ['phone'] }]]),
  additionalProperties: false
}

const HEADER_SCHEMA = {
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, query: { type: 'string' } },
  required: ['region']
}

function addSchemaTools(server: McpServer): void {
  const done = () => ({ content: [{ type: 'text' as const, text: 'ok' }] })
  const modern = { description: 'A schema of 2020-12', inputSchema: fromJsonSchema<object>(MODERN_SCHEMA) }
  server.registerTool('json_schema_2020_12_tool', modern, done)
  const headers = {
    description: 'An argument that is also a header',
    inputSchema: fromJsonSchema<object>(HEADER_SCHEMA)
  }
  server.registerTool('test_custom_headers', headers, done)
}

/** What the suite of 2026 asks for by name to see how a server without sessions behaves. */
function addDiagnosticTools(server: McpServer, changes: Changes): void {
  const done = { content: [{ type: 'text' as const, text: 'ok' }] }
  // The library refuses what the client did not say it can do.
  const sample = inputRequired.createMessage({ messages: [], maxTokens: 1 })
  server.registerTool('test_missing_capability', { description: 'Needs sampling' }, () =>
    inputRequired({ inputRequests: { sample } })
  )
  server.registerTool('test_logging_tool', { description: 'Logs' }, async ({ mcpReq }) => {
    await mcpReq.log('info', 'A line')
    return done
  })
  server.registerTool('test_streaming_elicitation', { description: 'Asks' }, () =>
    inputRequired({
      inputRequests: {
        name: inputRequired.elicit({
          message: 'Who?',
          requestedSchema: { type: 'object', properties: { name: { type: 'string' } } }
        })
      }
    })
  )
  server.registerTool('test_trigger_tool_change', { description: 'Tells that the tools changed' }, () => {
    changes.tools()
    return done
  })
  server.registerTool('test_trigger_prompt_change', { description: 'Tells that the prompts changed' }, () => {
    changes.prompts()
    return done
  })
}

function addResources(server: McpServer): void {
  const texts: Record<string, string> = {
    'test://static-text': 'This is the content of the static text resource.',
    'test://watched-resource': 'Watched resource content'
  }
  for (const [uri, text] of Object.entries(texts)) {
    const config = { description: 'A text', mimeType: 'text/plain' }
    server.registerResource(uri.slice('test://'.length), uri, config, () => ({
      contents: [{ uri, mimeType: 'text/plain', text }]
    }))
  }
  const binary = 'test://static-binary'
  server.registerResource('static-binary', binary, { description: 'An image', mimeType: 'image/png' }, () => ({
    contents: [{ uri: binary, mimeType: 'image/png', blob: PNG }]
  }))
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined })
  server.registerResource('template', template, { mimeType: 'application/json' }, (uri, { id }) => {
    if (id === undefined) throw new ResourceNotFoundError(uri.href)
    const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` })
    return { contents: [{ uri: uri.href, mimeType: 'application/json', text }] }
  })
}

function addPrompts(server: McpServer): void {
  const said = (...content: readonly object[]) => ({
    messages: content.map((each) => ({ role: 'user' as const, content: each as { type: 'text'; text: string } }))
  })
  const words = (text: string) => ({ type: 'text', text })
  server.registerPrompt('test_simple_prompt', { description: 'Words' }, () =>
    said(words('This is a simple prompt for testing.'))
  )
  const argument = completable(z.string(), (value) =>
    ['paris', 'park', 'party'].filter((each) => each.startsWith(value))
  )
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'Words with arguments', argsSchema: z.object({ arg1: argument, arg2: z.string() }) },
    ({ arg1, arg2 }) => said(words(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))
  )
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A resource', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri: uri }) =>
      said(
        { type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } },
        words('Please process the embedded resource above.')
      )
  )
  server.registerPrompt('test_prompt_with_image', { description: 'An image' }, () =>
    said(image, words('Please analyze the image above.'))
  )
}
