import type { By, ContextPath } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { BridgeEditor, BridgeSeat } from '@hcfs/node'
import type { Decoder } from 'lib0/decoding'
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import type { RawData, WebSocket } from 'ws'
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync'
import type { AwarenessMember, AwarenessRoom } from './awareness-room.ts'
import type { LiveSocket } from './live-socket.ts'

/** Brings editors to the contexts of a node. An embedded node's `editors` is one. */
export interface EditorSource {
  join(path: string, editor: BridgeEditor): Promise<BridgeSeat>
}

export interface YjsConnectionComponents {
  socket: WebSocket
  live: LiveSocket
  editors: EditorSource
  room: AwarenessRoom
  /** What the caller may see of a failure. */
  errorOf: (error: unknown) => HcfsError
}

export interface YjsConnectionOptions {
  readonly path: ContextPath
  readonly canWrite: boolean
  readonly caller: string
  readonly by?: By
}

/** First number of each message of y-websocket. */
const MESSAGE = { sync: 0, awareness: 1, queryAwareness: 3 } as const

/**
 * One editor that speaks the protocol of y-websocket. It is closed at the first message that
 * breaks a rule; what others see of it is what its bridge took.
 */
export class YjsConnection implements BridgeEditor, AwarenessMember {
  readonly by?: By
  readonly caller: string
  readonly #components: YjsConnectionComponents
  readonly #options: YjsConnectionOptions
  #seat: BridgeSeat | undefined

  constructor(components: YjsConnectionComponents, options: YjsConnectionOptions) {
    this.#components = components
    this.#options = options
    this.caller = options.caller
    if (options.by !== undefined) this.by = options.by
  }

  /** Resolves when the connection has ended. */
  async run(): Promise<void> {
    const { socket, live, editors, room } = this.#components
    const ended = new Promise<void>((resolve) => live.closed.addEventListener('abort', () => resolve(), { once: true }))
    socket.on('message', (data: RawData, isBinary: boolean) => this.#take(data, isBinary))
    socket.pause()
    try {
      const seat = await editors.join(this.#options.path, this)
      this.#seat = seat
      this.#send(messageYjsSyncStep1, seat.stateVector())
      room.enter(this)
      socket.resume()
      await ended
    } catch (error) {
      socket.resume()
      this.#fail(error)
      await ended
    } finally {
      room.leave(this)
      await this.#seat?.leave()
    }
  }

  update(update: Uint8Array): void {
    this.#send(messageYjsUpdate, update)
  }

  awareness(update: Uint8Array): void {
    const encoder = createEncoder()
    writeVarUint(encoder, MESSAGE.awareness)
    writeVarUint8Array(encoder, update)
    this.#components.live.send(toUint8Array(encoder))
  }

  end(error: HcfsError): void {
    this.#components.live.end(error)
  }

  #take(data: RawData, isBinary: boolean): void {
    const seat = this.#seat
    if (seat === undefined || this.#components.live.closed.aborted) return
    try {
      if (!isBinary || !(data instanceof Buffer)) throw malformed()
      this.#read(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), seat)
    } catch (error) {
      this.#fail(error)
    }
  }

  #read(message: Uint8Array, seat: BridgeSeat): void {
    const { room } = this.#components
    const decoder = createDecoder(message)
    const kind = readUint(decoder)
    if (kind === MESSAGE.sync) this.#readSync(decoder, seat)
    else if (kind === MESSAGE.awareness) room.receive(readBytes(decoder), this)
    else if (kind === MESSAGE.queryAwareness) this.awareness(room.all())
    else throw malformed()
  }

  #readSync(decoder: Decoder, seat: BridgeSeat): void {
    const kind = readUint(decoder)
    const bytes = readBytes(decoder)
    if (kind === messageYjsSyncStep1) {
      this.#send(messageYjsSyncStep2, seat.missingSince(bytes))
      return
    }
    if (kind !== messageYjsSyncStep2 && kind !== messageYjsUpdate) throw malformed()
    if (!this.#options.canWrite) assertWritesNothing(seat, bytes, kind)
    // Else it sent something before it knew what this node lacks of it.
    else if (seat.receive(bytes) === 'gap') this.#send(messageYjsSyncStep1, seat.stateVector())
  }

  #send(kind: number, bytes: Uint8Array): void {
    this.#components.live.send(syncMessage(kind, bytes))
  }

  #fail(error: unknown): void {
    this.#components.live.end(this.#components.errorOf(error))
  }
}

/** Every editor answers a first question with all it ever deleted; only what is sent on its own is a change. */
function assertWritesNothing(seat: BridgeSeat, update: Uint8Array, kind: number): void {
  if (kind === messageYjsSyncStep2 && !seat.wouldWrite(update)) return
  throw new HcfsError('KEY_SCOPE_EXCEEDED', 'This key may read, and editing takes write; use a key with that role')
}

function syncMessage(kind: number, bytes: Uint8Array): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.sync)
  writeVarUint(encoder, kind)
  writeVarUint8Array(encoder, bytes)
  return toUint8Array(encoder)
}

function readUint(decoder: Decoder): number {
  try {
    return readVarUint(decoder)
  } catch {
    throw malformed()
  }
}

function readBytes(decoder: Decoder): Uint8Array {
  try {
    return readVarUint8Array(decoder)
  } catch {
    throw malformed()
  }
}

function malformed(): HcfsError {
  return new HcfsError('STREAM_MALFORMED', 'This is not a message of y-websocket')
}
