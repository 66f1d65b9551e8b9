import type { Clock, Logger, Random } from '@hcfs/core'
import { HcfsError, NODE_LIMITS, SystemRandom } from '@hcfs/core'
import type { KeyCheck } from './access/callers.ts'
import { ExpectedResults } from './answers/expected-results.ts'
import { FaultLog } from './answers/fault-log.ts'
import { IdempotentAnswers } from './answers/idempotent-answers.ts'
import { registerIdempotency } from './answers/register-idempotency.ts'
import { Streams } from './answers/streams.ts'
import type { App } from './app.ts'
import { closeInTime } from './close-in-time.ts'
import { newHttpApp } from './http-app.ts'
import { LiveFace } from './live/live-face.ts'
import type { EditorSource } from './live/yjs-connection.ts'
import { clearStaleSocket, restrictToOwner } from './local/local-socket.ts'
import type { McpFaceOf } from './mcp/mcp-faces.ts'
import { McpFaces } from './mcp/mcp-faces.ts'
import type { McpFace } from './mcp/mcp-mount.ts'
import { mountMcp } from './mcp/mcp-mount.ts'
import { checkedOrigins } from './network/cors.ts'
import type { NetworkPlace } from './network/listen-on.ts'
import { isLoopback, listenOn } from './network/listen-on.ts'
import { registerNetworkFace } from './network/network-app.ts'
import { registerLocalRoutes, registerRoutes } from './routes/register-routes.ts'
import type { ToolUsageBook } from './routes/tool-usage-routes.ts'
import type { ServedNode } from './served-node.ts'

export interface ServerComponents {
  node: ServedNode
  /** Needed by the network face. */
  apiKeys?: KeyCheck
  clock: Pick<Clock, 'wait' | 'monotonicMs'>
  /** For the tickets of browsers. @default that of the system */
  random?: Random
  /** Brings editors to contexts; without it there is nothing at `/v1/yjs`. The `editors` of an embedded node. */
  editors?: EditorSource
  log: Logger
  /** Begins to stop the node, because its user asked for it. */
  stop: () => void
  /** Answers at `/mcp` of the local socket; without it there is nothing there. Its owner closes it before the server. */
  mcp?: McpFace
  /** Makes what answers at `/mcp` of the network face, over the node as one credential may use it. The server closes it. */
  mcpOf?: McpFaceOf
  /** Who called which tools, for metrics and status. */
  toolUsage?: ToolUsageBook
}

export interface ServerOptions {
  /** After so long without a change a watcher gets a comment. @default 15_000 */
  heartbeatPauseMs?: number
  /** Calls of one API key in a minute. @default 60_000 */
  keyCallsPerMinuteMax?: number
  /** Answers that an idempotency key can ask for again. @default 4_096 */
  idempotentAnswersMax?: number
  /** So long running calls may take to end when the server closes; then they are cut off. @default 2_000 */
  stopCallsMsMax?: number
  /** Origins whose pages may call the network face from browsers, with a key. @default none */
  corsOrigins?: readonly string[]
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
  readonly #results = new ExpectedResults()
  readonly #running: App[] = []
  readonly #mcpFaces: McpFaces | undefined
  readonly #live: LiveFace

  constructor(components: ServerComponents, options: ServerOptions) {
    const { clock, log } = components
    this.#components = components
    this.#options = {
      heartbeatPauseMs: options.heartbeatPauseMs ?? NODE_LIMITS.heartbeatPauseMs.default,
      keyCallsPerMinuteMax: options.keyCallsPerMinuteMax ?? NODE_LIMITS.keyCallsPerMinuteMax.default,
      idempotentAnswersMax: options.idempotentAnswersMax ?? NODE_LIMITS.idempotentAnswersMax.default,
      stopCallsMsMax: options.stopCallsMsMax ?? NODE_LIMITS.stopCallsMsMax.default,
      corsOrigins: checkedOrigins(options.corsOrigins ?? []),
      version: options.version ?? '1'
    }
    this.#faults = new FaultLog(log)
    const stopping = this.#stopping.signal
    this.#streams = new Streams({ clock, faults: this.#faults, stopping, results: this.#results }, this.#options)
    const { editors, random = new SystemRandom() } = components
    this.#live = new LiveFace(
      { clock, random, faults: this.#faults, stopping, ...(editors && { editors }) },
      this.#options
    )
    this.#mcpFaces = components.mcpOf && new McpFaces({ faceOf: components.mcpOf })
  }

  async listen({ socketPath }: { socketPath: string }): Promise<void> {
    const { node, stop, mcp, toolUsage } = this.#components
    const app = this.#newApp()
    await this.#live.prepare(app)
    const answers = new IdempotentAnswers({ answersMax: this.#options.idempotentAnswersMax })
    registerIdempotency({ app, answers, results: this.#results, accessOf: () => undefined })
    registerLocalRoutes({
      app,
      node,
      nodeOf: () => node,
      streams: this.#streams,
      stop,
      ...(toolUsage && { toolUsage })
    })
    this.#live.register(app, { nodeOf: () => node, accessOf: () => undefined })
    if (mcp !== undefined) mountMcp(app, () => mcp)
    await clearStaleSocket(socketPath)
    await app.listen({ path: socketPath })
    await restrictToOwner(socketPath)
  }

  async listenHttp({ isOpenWithoutKey = false, ...place }: NetworkFace): Promise<{ url: string }> {
    const { node, apiKeys, toolUsage } = this.#components
    if (apiKeys === undefined) throw new TypeError('The network face needs to know the API keys')
    if (isOpenWithoutKey && !isLoopback(place.host)) {
      throw new HcfsError('BAD_REQUEST', 'Without a key a node serves its own machine only; name a loopback address')
    }
    const app = this.#newApp()
    await this.#live.prepare(app)
    const components = { app, node, apiKeys, results: this.#results }
    const callers = await registerNetworkFace(components, {
      ...this.#options,
      isOpenWithoutKey,
      tickets: this.#live.tickets
    })
    const { nodeOf } = callers
    registerRoutes({ app, node, nodeOf, streams: this.#streams, ...(toolUsage && { toolUsage }) })
    this.#live.register(app, callers)
    const faces = this.#mcpFaces
    if (faces !== undefined) mountMcp(app, (request) => faces.faceFor(callers.accessOf(request), nodeOf(request)))
    return { url: await listenOn(app, place) }
  }

  async close(): Promise<void> {
    this.#stopping.abort(new HcfsError('NODE_NOT_RUNNING', 'The node is stopping; start it again with: hcfs start'))
    const { clock } = this.#components
    const { stopCallsMsMax } = this.#options
    const apps = this.#running.map((app) => closeInTime(app, clock, stopCallsMsMax))
    await Promise.all([this.#mcpFaces?.close(), ...apps])
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #newApp(): App {
    const app = newHttpApp({ faults: this.#faults, stopping: this.#stopping.signal })
    this.#running.push(app)
    return app
  }
}
