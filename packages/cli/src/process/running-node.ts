import { join } from 'node:path'
import type { Clock, Logger, NodeStatus } from '@hcfs/core'
import { LineLogger, resolveNodeLimits, StartableGroup } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import { localSocketPath } from '@hcfs/sdk'
import { createServer } from '@hcfs/server'
import { LogFile } from './log-file.ts'
import type { NodeSettings } from './node-settings.ts'
import { searchOptionsOf } from './search-settings.ts'

export interface RunningNodeOptions extends NodeSettings {
  readonly directory: string
  readonly clock: Clock
  /** Called when a client asks the node to stop. */
  readonly stop: () => void
}

/** A node that serves its local socket. */
export interface RunningNode {
  readonly status: NodeStatus
  readonly socketPath: string
  readonly logFile: string
  readonly log: Logger
  /** Ends the calls that run, then writes what waits to be written. */
  close(): Promise<void>
}

/** Opens the node of a directory and serves it, or leaves nothing behind. */
export async function runNode(options: RunningNodeOptions): Promise<RunningNode> {
  const { directory, clock, stop, ...settings } = options
  const { search: _search, embedder: _embedder, ...nodeOptions } = settings
  const limits = resolveNodeLimits(settings.limits)
  // Before the directory is known to be ours nothing is written into it.
  const held: string[] = []
  let write = (line: string): void => void held.push(line)
  const log = new LineLogger({ clock, write: (line) => write(line) })
  const node = await openNode({ dir: directory, ...nodeOptions, ...searchOptionsOf(settings), log, clock })
  const file = new LogFile(join(directory, 'log', 'node.log'), limits)
  write = file.write
  for (const line of held) write(line)
  const server = createServer({ node, clock, log: log.child('server'), stop }, limits)
  const members = new StartableGroup([
    { start: async () => {}, stop: () => node.close() },
    { start: () => server.listen({ socketPath: localSocketPath(directory) }), stop: () => server.close() }
  ])
  try {
    await members.start()
  } catch (error) {
    await node.close()
    throw error
  }
  const status = await node.status()
  log.info('node-started', { node: status.node, network: status.network, version: status.version })
  return {
    status,
    socketPath: localSocketPath(directory),
    logFile: file.path,
    log,
    close: async () => {
      await members.stop()
      log.info('node-stopped')
    }
  }
}
