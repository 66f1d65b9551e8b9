import type { By, Clock, JsonValue } from '@hcfs/core'
import type { CallToolResult, McpServer, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import type { McpNode } from '../mcp-node.ts'
import type { TokenTrail } from './token-trail.ts'

/** What a tool gets beside its arguments. */
export interface ToolCall {
  readonly node: McpNode
  readonly clock: Clock
  readonly by: By
  readonly signal: AbortSignal
  readonly trail: TokenTrail
}

export interface ToolAnswer {
  readonly text: string
  /** The same for programs. */
  readonly data?: Readonly<Record<string, JsonValue>>
  /** A failure that the tool words itself. */
  readonly isError?: boolean
  /** Whether the token stands in `data`; otherwise only `_meta` carries it. */
  readonly hasOwnShape?: boolean
}

export interface ToolSpec<Input extends z.ZodObject> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Input
  readonly annotations: Required<Pick<ToolAnnotations, 'readOnlyHint' | 'destructiveHint' | 'idempotentHint'>>
  readonly run: (args: z.output<Input>, call: ToolCall) => Promise<ToolAnswer>
}

/** Calls the work of a tool and makes a result of what it gives or throws. */
export type ToolRunner = (
  request: { readonly tool: string; readonly token: string | undefined; readonly context: ServerContext },
  work: (call: ToolCall) => Promise<ToolAnswer>
) => Promise<CallToolResult>

/** A tool whose arguments only it knows. */
export interface Tool {
  readonly name: string
  register(server: McpServer, run: ToolRunner): void
}

export function newTool<Input extends z.ZodObject>(spec: ToolSpec<Input>): Tool {
  const { name, title, description, input, annotations } = spec
  return {
    name,
    register: (server, run) => {
      const config = { title, description, inputSchema: input, annotations: { ...annotations, openWorldHint: false } }
      server.registerTool<Input, Input>(name, config, (async (args: z.output<Input>, context: ServerContext) =>
        run({ tool: name, token: tokenIn(args), context }, (call) => spec.run(args, call))) as never)
    }
  }
}

export const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true } as const
export const ADDS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false } as const
export const CHANGES = { readOnlyHint: false, destructiveHint: true, idempotentHint: false } as const
export const REMOVES = { readOnlyHint: false, destructiveHint: true, idempotentHint: true } as const

function tokenIn(args: object): string | undefined {
  return 'token' in args && typeof args.token === 'string' && args.token !== '' ? args.token : undefined
}
