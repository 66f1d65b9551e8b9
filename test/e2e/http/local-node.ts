import type { Clock, Logger } from '@hcfs/core'
import { SystemClock, silentLogger } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import { connect, localSocketPath } from '@hcfs/sdk'
import type { ServedNode, Server, ServerOptions } from '@hcfs/server'
import { createServer } from '@hcfs/server'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

export interface LocalNode {
  readonly dir: string
  readonly socketPath: string
  readonly node: ServedNode
  readonly server: Server
}

export interface LocalNodeOptions extends ServerOptions {
  /** What to serve. @default a new node in memory */
  node?: ServedNode
  clock?: Pick<Clock, 'wait' | 'monotonicMs'>
  log?: Logger
  stop?: () => void
}

/** A node that serves its socket, as `hcfs start` does it; it ends with the test. */
export async function serveLocally(options: LocalNodeOptions = {}): Promise<LocalNode> {
  const { clock = new SystemClock(), log = silentLogger, stop = () => {}, ...serverOptions } = options
  const dir = await temporaryDirectory()
  const node = options.node ?? (await openNode({ memory: true }))
  const server = createServer({ node, clock, log, stop }, serverOptions)
  onTestFinished(async () => {
    await server.close()
    await node.close()
  })
  const socketPath = localSocketPath(dir)
  await server.listen({ socketPath })
  return { dir, socketPath, node, server }
}

/** A client of a new node. */
export async function connectToNewNode(options: LocalNodeOptions = {}) {
  const { dir } = await serveLocally(options)
  const client = await connect({ dir })
  onTestFinished(() => client.close())
  return client
}
