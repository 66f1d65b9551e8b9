import websocket from '@fastify/websocket'
import type { Clock, Random } from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError, ROOT_PATH } from '@hcfs/core'
import type { FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import type { Access } from '../access/access.ts'
import { assertMay } from '../access/access.ts'
import type { Callers } from '../access/callers.ts'
import { callerOf } from '../answers/caller.ts'
import type { FaultLog } from '../answers/fault-log.ts'
import type { App } from '../app.ts'
import { PathParams, pathOf } from '../schemas/addresses.ts'
import { AwarenessRoom } from './awareness-room.ts'
import { LiveConnection } from './live-connection.ts'
import { LiveSocket } from './live-socket.ts'
import { LiveTickets } from './live-tickets.ts'
import { PresenceRooms } from './presence-rooms.ts'
import type { EditorSource } from './yjs-connection.ts'
import { YjsConnection } from './yjs-connection.ts'

export interface LiveFaceComponents {
  clock: Pick<Clock, 'wait' | 'monotonicMs'>
  random: Random
  faults: FaultLog
  /** Falls when the server stops, with what to tell. */
  stopping: AbortSignal
  editors?: EditorSource
}

export interface LiveFaceOptions {
  heartbeatPauseMs: number
}

const OWNER: Access = { id: 'owner', role: 'admin', under: ROOT_PATH }
/** Beside the update itself. */
const FRAME_BYTES = 64
const CONNECTIONS_MAX = 4_096

/** What stays connected: subscriptions at `/v1/live`, editors at `/v1/yjs/{path}`, and tickets for browsers. */
export class LiveFace {
  readonly tickets: LiveTickets
  readonly #components: LiveFaceComponents
  readonly #options: LiveFaceOptions
  readonly #rooms = new Map<string, AwarenessRoom>()
  readonly #presence = new PresenceRooms()
  #connections = 0
  /** Since the server started. */
  #opened = 0

  constructor(components: LiveFaceComponents, { heartbeatPauseMs }: LiveFaceOptions) {
    this.#components = components
    this.#options = { heartbeatPauseMs }
    this.tickets = new LiveTickets(components)
  }

  /** Before every other hook of the app: what a later one refuses is cut off by this one. */
  async prepare(app: App): Promise<void> {
    await app.register(websocket, {
      options: { maxPayload: FORMAT_LIMITS.commitPayloadBytesMax + FRAME_BYTES, perMessageDeflate: false },
      // What is sent against the protocol of WebSockets ends its connection; there is nothing to say about it.
      errorHandler: (_error, socket) => socket.terminate()
    })
  }

  register(app: App, callers: Callers): void {
    app.post('/v1/live/tickets', ({ raw }) => this.tickets.issue(callers.accessOf(raw) ?? OWNER))
    app.get('/v1/live', { websocket: true }, (socket, request) => this.#serveLive(socket, request, callers))
    app.get('/v1/yjs/*', { websocket: true, schema: { params: PathParams } }, (socket, request) =>
      this.#serveEditor(socket, request, callers)
    )
  }

  #serveLive(socket: WebSocket, request: FastifyRequest, { nodeOf, accessOf }: Callers): Promise<void> {
    return this.#serve(socket, request, (live) => {
      const access = accessOf(request.raw) ?? OWNER
      const { clock } = this.#components
      const connection = new LiveConnection(
        {
          ...{ socket, live, clock, presence: this.#presence, node: nodeOf(request.raw) },
          errorOf: this.#errorOf(request)
        },
        { access, member: `${access.agent ?? access.id}-${this.#opened}`, ...this.#options }
      )
      return connection.run()
    })
  }

  #serveEditor(
    socket: WebSocket,
    request: FastifyRequest<{ Params: { '*': string } }>,
    { nodeOf, accessOf }: Callers
  ): Promise<void> {
    return this.#serve(socket, request, async (live) => {
      const { editors } = this.#components
      if (editors === undefined) throw new HcfsError('NETWORK_OFF', 'This node serves no editors')
      const path = pathOf(request.params)
      const access = accessOf(request.raw) ?? OWNER
      assertMay(access, 'read', path)
      const canWrite = access.role !== 'read'
      // A reader of what is not there would have it kept for nothing.
      if (!canWrite) await nodeOf(request.raw).contexts.status(path)
      const { by } = callerOf(request.headers)
      const written = access.agent === undefined ? by : { agent: access.agent, ...by }
      const room = this.#roomOf(path)
      const connection = new YjsConnection(
        { socket, live, editors, room, errorOf: this.#errorOf(request) },
        { path, canWrite, caller: access.id, ...(written && { by: written }) }
      )
      try {
        await connection.run()
      } finally {
        if (room.isEmpty) this.#rooms.delete(path)
      }
    })
  }

  async #serve(socket: WebSocket, request: FastifyRequest, run: (live: LiveSocket) => Promise<void>): Promise<void> {
    const { clock, stopping } = this.#components
    const live = new LiveSocket({ socket, clock, stopping }, this.#options)
    this.#connections += 1
    this.#opened += 1
    try {
      if (this.#connections > CONNECTIONS_MAX) {
        throw new HcfsError('LIVE_TOO_MANY', `A node takes ${CONNECTIONS_MAX} live connections; try again later`)
      }
      await run(live)
    } catch (error) {
      live.end(this.#errorOf(request)(error))
    } finally {
      this.#connections -= 1
    }
  }

  #roomOf(path: string): AwarenessRoom {
    const room = this.#rooms.get(path) ?? new AwarenessRoom()
    this.#rooms.set(path, room)
    return room
  }

  #errorOf({ routeOptions }: FastifyRequest): (error: unknown) => HcfsError {
    const { faults, stopping } = this.#components
    return (error) => faults.seen(stopping.aborted ? stopping.reason : error, `WS ${routeOptions.url ?? ''}`)
  }
}
