import type { CreateApiKeyRequest } from '@hcfs/core'
import { SystemClock, silentLogger } from '@hcfs/core'
import { createMcpHttpFace, ToolUsage } from '@hcfs/mcp'
import type { McpFaceOf } from '@hcfs/server'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test } from 'vitest'
import { serveNetwork } from '../http/network-node.ts'

/** The tools over the network face of a node, as `hcfs start` mounts them. */
async function serveTools() {
  const usage = new ToolUsage()
  const components = { clock: new SystemClock(), log: silentLogger, usage }
  const mcpOf: McpFaceOf = ({ node, ...credential }) =>
    createMcpHttpFace({ ...components, node }, { profile: 'all', version: '1', ...credential })
  const served = await serveNetwork({ components: { mcpOf, toolUsage: usage } })
  const client = async (request: Partial<CreateApiKeyRequest>) => {
    const { key } = await served.key(request)
    return connected(served.url, key)
  }
  return { ...served, usage, client }
}

async function connected(url: string, key: string | undefined) {
  const client = new Client({ name: 'tester', version: '1.0.0' })
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit: { headers } }))
  onTestFinished(() => client.close())
  const call = async (tool: string, args: object): Promise<string> => {
    const { content, isError } = await client.callTool({ name: tool, arguments: { ...args } })
    const [first] = content
    return `${isError === true ? 'error: ' : ''}${first?.type === 'text' ? first.text : ''}`
  }
  return { client, call }
}

test('a client with a key uses the tools, and its writes show who it was', async () => {
  const { node, client } = await serveTools()
  const { client: connection, call } = await client({ role: 'write', name: 'ada' })
  expect((await connection.listTools()).tools.length).toBeGreaterThan(20)
  expect(await call('context_write', { path: '/notes', body: 'hello' })).toContain('version')
  expect(await call('context_read', { path: '/notes' })).toContain('hello')
  expect((await node.contexts.get('/notes')).by).toEqual({ agent: 'ada', origin: 'model' })
})

test('the tools reach what the key reaches, and no more', async () => {
  const { node, client } = await serveTools()
  await node.contexts.put('/secret', { body: 'hidden' })
  const reader = await client({ role: 'read', under: '/in' })
  expect(await reader.call('context_read', { path: '/secret' })).toMatch(/^error: .*KEY_SCOPE_EXCEEDED/)
  expect(await reader.call('context_write', { path: '/in/a', body: 'x' })).toMatch(/^error: .*KEY_SCOPE_EXCEEDED/)
  const writer = await client({ role: 'write', under: '/in' })
  expect(await writer.call('context_write', { path: '/in/a', body: 'x' })).not.toMatch(/^error/)
})

test('without a key, or with one that was revoked, nothing answers', async () => {
  const { node, url, ask, key } = await serveTools()
  expect((await ask('/mcp', { method: 'POST', body: '{}' })).status).toBe(401)
  await expect(connected(url, undefined)).rejects.toThrow()
  const made = await key()
  const { call } = await connected(url, made.key)
  expect(await call('context_list', { path: '/' })).not.toMatch(/^error/)
  await node.keys.revoke(made.id)
  await expect(call('context_list', { path: '/' })).rejects.toThrow()
})

test('calls are counted, and Prometheus reads how many', async () => {
  const { client, ask, key, usage } = await serveTools()
  const { call } = await client({ role: 'write', name: 'ada' })
  await call('context_write', { path: '/notes', body: 'hello' })
  await call('context_read', { path: '/nothing' })
  expect(usage.rows()).toMatchObject([
    { tool: 'context_write', agent: 'ada', ok: 1, failed: 0 },
    { tool: 'context_read', agent: 'ada', ok: 0, failed: 1 }
  ])
  const metrics = await (await ask('/metrics', { key: (await key()).key })).text()
  expect(metrics).toContain('hcfs_tool_calls_total{tool="context_write",agent="ada",outcome="ok"} 1')
  expect(metrics).toContain('hcfs_tool_calls_total{tool="context_read",agent="ada",outcome="failed"} 1')
})
