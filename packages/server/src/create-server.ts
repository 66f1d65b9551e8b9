import type { Clock, Logger } from '@hcfs/core'
import { HcfsError, NODE_LIMITS } from '@hcfs/core'
import { FaultLog } from './answers/fault-log.ts'
import { RecentReceipts } from './answers/recent-receipts.ts'
import { Streams } from './answers/streams.ts'
import { newHttpApp } from './http-app.ts'
import { clearStaleSocket, restrictToOwner } from './local/local-socket.ts'
import { registerLocalRoutes } from './routes/register-routes.ts'
import type { ServedNode } from './served-node.ts'

export interface ServerComponents {
  node: ServedNode
  clock: Pick<Clock, 'wait'>
  log: Logger
  /** Begins to stop the node, because its user asked for it. */
  stop: () => void
}

export interface ServerOptions {
  /** After so long without a change a watcher gets a comment. @default 15_000 */
  heartbeatPauseMs?: number
  /** How many receipts can be asked about later. @default 4_096 */
  receiptsKeptMax?: number
}

export interface Server extends AsyncDisposable {
  /** Resolves once the socket takes calls. Who may open the file is who may call. */
  listen(place: { socketPath: string }): Promise<void>
  /** Ends open streams, lets other calls finish, and takes the socket away. Safe to call twice. */
  close(): Promise<void>
}

/** Serves a node over HTTP. No logic of its own: it reads a request, calls the node, and writes what that gave. */
export function createServer({ node, clock, log, stop }: ServerComponents, options: ServerOptions = {}): Server {
  const {
    heartbeatPauseMs = NODE_LIMITS.heartbeatPauseMs.default,
    receiptsKeptMax = NODE_LIMITS.receiptsKeptMax.default
  } = options
  const stopping = new AbortController()
  const faults = new FaultLog(log)
  const app = newHttpApp({ faults, stopping: stopping.signal })
  const streams = new Streams({ clock, faults, stopping: stopping.signal }, { heartbeatPauseMs })
  registerLocalRoutes({ app, node, streams, receipts: new RecentReceipts({ receiptsKeptMax }), stop })
  const close = async (): Promise<void> => {
    stopping.abort(new HcfsError('NODE_NOT_RUNNING', 'The node is stopping; start it again with: hcfs start'))
    await app.close()
  }
  return {
    async listen({ socketPath }) {
      await clearStaleSocket(socketPath)
      await app.listen({ path: socketPath })
      await restrictToOwner(socketPath)
    },
    close,
    [Symbol.asyncDispose]: close
  }
}
