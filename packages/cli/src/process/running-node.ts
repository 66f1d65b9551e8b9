import { join } from 'node:path'
import type { Clock, Logger, NodeStatus } from '@hcfs/core'
import { LineLogger, resolveNodeLimits, StartableGroup } from '@hcfs/core'
import { createMcpHttpFace, ToolUsage } from '@hcfs/mcp'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import { localSocketPath } from '@hcfs/sdk'
import type { McpFaceOf, NetworkFace, ServerOptions } from '@hcfs/server'
import { createServer } from '@hcfs/server'
import { VERSION } from '../version.ts'
import { CORS_ORIGINS } from './http-settings.ts'
import { LogFile } from './log-file.ts'
import type { NodeSettings } from './node-settings.ts'
import { searchOptionsOf } from './search-settings.ts'
import type { TicketFile } from './ticket-files.ts'
import { writeTicketFile } from './ticket-files.ts'

export interface RunningNodeOptions extends NodeSettings {
  readonly directory: string
  readonly clock: Clock
  /** Called when a client asks the node to stop. */
  readonly stop: () => void
  /** Where the network face listens; absent for none. */
  readonly http?: NetworkFace
  /** A ticket of the network to join first. */
  readonly join?: string
  /** Where to leave a ticket for others. */
  readonly ticketFile?: TicketFile
}

/** A node that serves its local socket. */
export interface RunningNode {
  readonly status: NodeStatus
  readonly socketPath: string
  /** The address of the network face. */
  readonly http: string | null
  /** Where other nodes reach this one. */
  readonly listen: readonly string[]
  readonly logFile: string
  readonly log: Logger
  /** Ends the calls that run, then writes what waits to be written. */
  close(): Promise<void>
}

/** Opens the node of a directory and serves it, or leaves nothing behind. */
export async function runNode(options: RunningNodeOptions): Promise<RunningNode> {
  const { directory, clock, stop, http, ticketFile, ...settings } = options
  const { search: _search, embedder: _embedder, reranker: _reranker, discover, relay, ...others } = settings
  const { [CORS_ORIGINS]: corsOrigins, ...nodeOptions } = others
  const limits = resolveNodeLimits(settings.limits)
  // Before the directory is known to be ours nothing is written into it.
  const held: string[] = []
  let write = (line: string): void => void held.push(line)
  const log = new LineLogger({ clock, write: (line) => write(line) })
  const node = await openNode({
    dir: directory,
    ...nodeOptions,
    ...searchOptionsOf(settings),
    isDiscoverable: discover === true,
    isRelay: relay === true,
    log,
    clock
  })
  const file = new LogFile(join(directory, 'log', 'node.log'), limits)
  write = file.write
  for (const line of held) write(line)
  const { server, mcp } = faceOf({ node, clock, log, stop }, { ...limits, ...(corsOrigins && { corsOrigins }) })
  const members = new StartableGroup([
    { start: async () => {}, stop: () => node.close() },
    { start: () => server.listen({ socketPath: localSocketPath(directory) }), stop: () => server.close() },
    { start: async () => {}, stop: () => mcp.close() }
  ])
  let url: string | null = null
  let listen: readonly string[] = []
  try {
    await members.start()
    if (http !== undefined) url = (await server.listenHttp(http)).url
    // Programs of this machine are served already.
    listen = await node.listening()
    if (ticketFile !== undefined) await writeTicketFile(node.network, ticketFile, { clock })
  } catch (error) {
    await mcp.close()
    await members.stop()
    await node.close()
    throw error
  }
  const status = await node.status()
  log.info('node-started', { node: status.node, network: status.network, version: status.version })
  return {
    status,
    socketPath: localSocketPath(directory),
    http: url,
    listen,
    logFile: file.path,
    log,
    close: async () => {
      await members.stop()
      log.info('node-stopped')
    }
  }
}

type FaceComponents = Pick<RunningNodeOptions, 'clock' | 'stop'> & { readonly node: HcfsNode; readonly log: Logger }

/** What the node is reached by: HTTP, and MCP over it. */
function faceOf({ node, clock, log, stop }: FaceComponents, options: ServerOptions) {
  const usage = new ToolUsage()
  const tools = { clock, log: log.child('mcp'), usage }
  const profile = { profile: 'all', version: VERSION } as const
  const mcp = createMcpHttpFace({ ...tools, node }, profile)
  const mcpOf: McpFaceOf = ({ node: view, ...credential }) =>
    createMcpHttpFace({ ...tools, node: view }, { ...profile, ...credential })
  const server = createServer(
    {
      node,
      apiKeys: node.keys,
      editors: node.editors,
      clock,
      log: log.child('server'),
      stop,
      mcp,
      mcpOf,
      toolUsage: usage
    },
    { ...options, version: VERSION }
  )
  return { server, mcp }
}
