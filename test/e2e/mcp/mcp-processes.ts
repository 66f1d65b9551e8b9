import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { onTestFinished } from 'vitest'

const program = fileURLToPath(new URL('../../../bin/hcfs', import.meta.url))

export interface McpProcess {
  readonly client: Client
  /** The text of the result, or an error. */
  call(tool: string, args: object): Promise<string>
  /** What programs read of the result. */
  data<Data>(tool: string, args: object): Promise<Data>
}

/** A client of an `hcfs mcp` process of its own; both end with the test. */
export async function startMcp(
  directory: string,
  { name = 'tester', flags = [] as readonly string[] } = {}
): Promise<McpProcess> {
  const client = new Client({ name, version: '1.0.0' })
  const env = Object.fromEntries(
    Object.entries({ ...process.env, HCFS_FROM_SOURCE: '1' }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]]
    )
  )
  const args = ['mcp', '--dir', directory, ...flags]
  await client.connect(new StdioClientTransport({ command: program, args, env, stderr: 'ignore' }))
  onTestFinished(() => client.close())
  const called = async (tool: string, input: object) => {
    const result = await client.callTool({ name: tool, arguments: { ...input } })
    const [content] = result.content
    const text = content?.type === 'text' ? content.text : ''
    if (result.isError === true) throw new Error(text)
    return { text, data: result.structuredContent }
  }
  return {
    client,
    call: async (tool, input) => (await called(tool, input)).text,
    data: async <Data>(tool: string, input: object) => (await called(tool, input)).data as Data
  }
}
