import type { By, Clock, Logger } from '@hcfs/core'
import type { CallToolResult, McpServer, ServerContext } from '@modelcontextprotocol/server'
import { CLIENT_INFO_META_KEY } from '@modelcontextprotocol/server'
import { MCP_LIMITS } from '../mcp-limits.ts'
import type { McpNode } from '../mcp-node.ts'
import type { TokenTrail } from './token-trail.ts'
import type { ToolAnswer, ToolCall, ToolRunner } from './tool.ts'
import { errorText, knownError } from './tool-error.ts'
import type { ToolUsage } from './tool-usage.ts'

export interface ToolCallsComponents {
  readonly node: McpNode
  readonly clock: Clock
  readonly log: Logger
  readonly usage: ToolUsage
  readonly server: McpServer
  readonly trail: TokenTrail
  /** Who a client is that does not say so itself. */
  readonly agent?: string
}

/** Runs the calls of one client: waits for its token, counts, and turns failures into answers. */
export function toolRunner(components: ToolCallsComponents): ToolRunner {
  const { node, clock, log, usage, server, trail, agent } = components
  return async ({ tool, token, context }, work) => {
    const startedMs = clock.monotonicMs()
    const { signal } = context.mcpReq
    const by = { ...(agent !== undefined && { agent }), ...callerOf(server, context) }
    const result = await attempt(
      async () => {
        if (token !== undefined) await trail.follow(node, token, signal)
        return resultOf(await work({ node, clock, by, signal, trail } satisfies ToolCall), trail)
      },
      (error) => {
        const known = knownError(error)
        if (known.code === 'INTERNAL') log.error('tool-failed', { tool, error: String(known.cause ?? known) })
      }
    )
    const outcome = result.isError === true ? 'failed' : 'ok'
    usage.record({ tool, agent: by.agent ?? 'unnamed', outcome, elapsedMs: clock.monotonicMs() - startedMs })
    return result
  }
}

/** Who asks, by the name that the client gave itself. */
export function callerOf(server: McpServer, { mcpReq, http }: ServerContext): By {
  const name = nameIn(mcpReq.envelope) ?? server.server.getClientVersion()?.name ?? http?.authInfo?.clientId
  return {
    ...(name !== undefined &&
      name !== '' && { agent: name.toWellFormed().slice(0, MCP_LIMITS.agentCharsMax).toWellFormed() }),
    origin: 'model'
  }
}

/** Newer clients say who they are in every request. */
function nameIn(envelope: object | undefined): string | undefined {
  const info = new Map<string, unknown>(Object.entries(envelope ?? {})).get(CLIENT_INFO_META_KEY)
  if (typeof info !== 'object' || info === null || !('name' in info)) return undefined
  return typeof info.name === 'string' ? info.name : undefined
}

async function attempt(
  work: () => Promise<CallToolResult>,
  onError: (error: unknown) => void
): Promise<CallToolResult> {
  try {
    return await work()
  } catch (error) {
    onError(error)
    return { isError: true, content: [{ type: 'text', text: errorText(error) }] }
  }
}

function resultOf({ text, data, isError, hasOwnShape }: ToolAnswer, trail: TokenTrail): CallToolResult {
  const { token } = trail
  const isTokenInside = token !== undefined && data !== undefined && hasOwnShape !== true
  const whole = isTokenInside ? { ...data, token } : data
  return {
    content: [{ type: 'text', text: hasOwnShape === true || whole === undefined ? text : JSON.stringify(whole) }],
    ...(whole !== undefined && { structuredContent: whole }),
    ...(isError === true && { isError }),
    ...(token !== undefined && { _meta: { 'hcfs/token': token } })
  }
}
