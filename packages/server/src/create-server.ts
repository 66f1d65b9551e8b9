import type { Clock, Logger } from '@hcfs/core'
import { HcfsError, NODE_LIMITS } from '@hcfs/core'
import type { KeyCheck } from './access/callers.ts'
import { FaultLog } from './answers/fault-log.ts'
import { IdempotentAnswers } from './answers/idempotent-answers.ts'
import { registerIdempotency } from './answers/register-idempotency.ts'
import { Streams } from './answers/streams.ts'
import { newHttpApp } from './http-app.ts'
import { clearStaleSocket, restrictToOwner } from './local/local-socket.ts'
import type { McpFace } from './mcp/mcp-mount.ts'
import { mountMcp } from './mcp/mcp-mount.ts'
import type { NetworkPlace } from './network/listen-on.ts'
import { isLoopback, listenOn } from './network/listen-on.ts'
import { registerNetworkFace } from './network/network-app.ts'
import { registerLocalRoutes, registerRoutes } from './routes/register-routes.ts'
import type { ServedNode } from './served-node.ts'

export interface ServerComponents {
  node: ServedNode
  /** Needed by the network face. */
  apiKeys?: KeyCheck
  clock: Pick<Clock, 'wait'>
  log: Logger
  /** Begins to stop the node, because its user asked for it. */
  stop: () => void
  /** Answers at `/mcp` of the local socket; without it there is nothing there. Its owner closes it before the server. */
  mcp?: McpFace
}

export interface ServerOptions {
  /** After so long without a change a watcher gets a comment. @default 15_000 */
  heartbeatPauseMs?: number
  /** Calls of one API key in a minute. @default 60_000 */
  keyCallsPerMinuteMax?: number
  /** Answers that an idempotency key can ask for again. @default 4_096 */
  idempotentAnswersMax?: number
  /** What the description of the API says. */
  version?: string
}

export interface NetworkFace extends NetworkPlace {
  /** Serves callers of this machine also without a key; only on loopback. */
  readonly isOpenWithoutKey?: boolean
}

export interface Server extends AsyncDisposable {
  /** Resolves once the socket takes calls. Who may open the file is who may call. */
  listen(place: { socketPath: string }): Promise<void>
  /** Resolves once the network face takes calls, with its address. Who has a key is who may call. */
  listenHttp(face: NetworkFace): Promise<{ url: string }>
  /** Ends open streams, lets other calls finish, and takes the socket away. Safe to call twice. */
  close(): Promise<void>
}

/** Serves a node over HTTP. No logic of its own: it reads a request, calls the node, and writes what that gave. */
export function createServer(components: ServerComponents, options: ServerOptions = {}): Server {
  return new NodeServer(components, options)
}

class NodeServer implements Server {
  readonly #components: ServerComponents
  readonly #options: Required<ServerOptions>
  readonly #stopping = new AbortController()
  readonly #faults: FaultLog
  readonly #streams: Streams
  readonly #running: { close(): Promise<unknown> }[] = []

  constructor(components: ServerComponents, options: ServerOptions) {
    const { clock, log } = components
    this.#components = components
    this.#options = {
      heartbeatPauseMs: options.heartbeatPauseMs ?? NODE_LIMITS.heartbeatPauseMs.default,
      keyCallsPerMinuteMax: options.keyCallsPerMinuteMax ?? NODE_LIMITS.keyCallsPerMinuteMax.default,
      idempotentAnswersMax: options.idempotentAnswersMax ?? NODE_LIMITS.idempotentAnswersMax.default,
      version: options.version ?? '1'
    }
    this.#faults = new FaultLog(log)
    this.#streams = new Streams({ clock, faults: this.#faults, stopping: this.#stopping.signal }, this.#options)
  }

  async listen({ socketPath }: { socketPath: string }): Promise<void> {
    const { node, stop, mcp } = this.#components
    const app = this.#newApp(false)
    const answers = new IdempotentAnswers({ answersMax: this.#options.idempotentAnswersMax })
    registerIdempotency({ app, answers, accessOf: () => undefined })
    registerLocalRoutes({ app, node, nodeOf: () => node, streams: this.#streams, stop })
    if (mcp !== undefined) mountMcp(app, mcp)
    await clearStaleSocket(socketPath)
    await app.listen({ path: socketPath })
    await restrictToOwner(socketPath)
  }

  async listenHttp({ isOpenWithoutKey = false, ...place }: NetworkFace): Promise<{ url: string }> {
    const { node, apiKeys } = this.#components
    if (apiKeys === undefined) throw new TypeError('The network face needs to know the API keys')
    if (isOpenWithoutKey && !isLoopback(place.host)) {
      throw new HcfsError('BAD_REQUEST', 'Without a key a node serves its own machine only; name a loopback address')
    }
    const app = this.#newApp(true)
    const { nodeOf } = await registerNetworkFace({ app, node, apiKeys }, { ...this.#options, isOpenWithoutKey })
    registerRoutes({ app, node, nodeOf, streams: this.#streams })
    return { url: await listenOn(app, place) }
  }

  async close(): Promise<void> {
    this.#stopping.abort(new HcfsError('NODE_NOT_RUNNING', 'The node is stopping; start it again with: hcfs start'))
    await Promise.all(this.#running.map((app) => app.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #newApp(isAcross: boolean) {
    const app = newHttpApp({ faults: this.#faults, stopping: this.#stopping.signal, isAcross })
    this.#running.push(app)
    return app
  }
}
