import type { DeviceId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { encodePart, FrameDecoder } from './frame-decoder.ts'
import { FrameInbox } from './frame-inbox.ts'
import type { FrameStream } from './transport.ts'

/** What carries the bytes of a stream, both ways, in order. */
export interface RawStream {
  /** Resolves when more may be written. Rejects once the stream is gone. */
  write(bytes: Uint8Array): Promise<void>
  /** Both sides have closed: nothing more is written or read. */
  end(): void
  abort(reason: Error): void
}

export interface CreditedStreamOptions {
  readonly frameBytesMax: number
  /** What the other side may have sent and this one not read; at least twice the largest frame. Both sides have the same. */
  readonly windowBytes: number
  /** How long the rest of a frame, or the answer to a close, may take. */
  readonly stalledMsMax: number
}

interface CreditedStreamComponents {
  readonly peer: DeviceId
  readonly raw: RawStream
  /** Monotonic. */
  readonly nowMs: () => number
}

/** What a frame costs beyond its bytes, so that empty ones are not free. Part of the protocol. */
const FRAME_COST = 64

/**
 * Frames over a stream of bytes, with room that the reader gives: the layers
 * below tell a sender nothing of a slow reader and break instead.
 *
 * 1. What was sent and not read never exceeds the window. A peer that sends more loses the stream.
 * 2. `send` resolves when the largest frame would fit after it, in the order of the calls.
 * 3. Once it is over, `send` rejects, and `frames` ends or throws: after what had arrived, or at once where this side aborted.
 * 4. Two ends that both read never wait for each other: what a reader keeps to itself of the room is less than a
 *    quarter of the window, and the rest holds the largest frame.
 */
export class CreditedStream implements FrameStream {
  readonly peer: DeviceId
  readonly #raw: RawStream
  readonly #nowMs: () => number
  readonly #options: CreditedStreamOptions
  readonly #decoder: FrameDecoder
  readonly #inbox: FrameInbox
  readonly #over = Promise.withResolvers<void>()
  #sends: Promise<void> = Promise.resolve()
  #outstanding = 0
  #unread = 0
  #owed = 0
  #roomAwaited: PromiseWithResolvers<void> | undefined
  #failure: Error | undefined
  #isOver = false
  #hasClosed = false
  #closingSinceMs: number | undefined
  #hasPeerClosed = false
  #halfSinceMs: number | undefined

  constructor({ peer, raw, nowMs }: CreditedStreamComponents, options: CreditedStreamOptions) {
    if (options.windowBytes < 2 * (options.frameBytesMax + FRAME_COST)) {
      throw new TypeError('The window of a stream holds at least two frames')
    }
    this.peer = peer
    this.#raw = raw
    this.#nowMs = nowMs
    this.#options = options
    this.#decoder = new FrameDecoder(options.frameBytesMax)
    this.#inbox = new FrameInbox((frame) => this.#consumed(frame))
  }

  /** Resolves when the stream is over, for whatever reason. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  async send(frame: Uint8Array): Promise<void> {
    if (frame.length > this.#options.frameBytesMax) {
      const { frameBytesMax } = this.#options
      throw new HcfsError('FRAME_TOO_LARGE', `A frame of ${frame.length} bytes is over the limit of ${frameBytesMax}`)
    }
    this.#assertWritable()
    const sent = this.#sends.then(() => this.#sendNow(frame))
    this.#sends = sent.catch(() => {})
    await sent
  }

  frames(): AsyncIterable<Uint8Array> {
    return this.#inbox.frames()
  }

  async close(): Promise<void> {
    if (this.#hasClosed || this.#isOver) return
    this.#hasClosed = true
    this.#closingSinceMs = this.#nowMs()
    await this.#sends
    if (this.#isOver) return
    await this.#raw.write(encodePart({ kind: 'close' })).catch((error: unknown) => this.ended(asError(error)))
    this.#endIfDone()
  }

  abort(reason: Error): void {
    if (!this.#isOver) {
      this.#finish(reason)
      this.#raw.abort(reason)
    }
    // Also of a stream that was over before: whoever aborts it wants no more of it.
    this.#inbox.drop(streamClosed(this.peer, reason))
  }

  /** Bytes of the other side. */
  receive(chunk: Uint8Array): void {
    if (this.#isOver) return
    const finishedBefore = this.#decoder.finished
    try {
      for (const part of this.#decoder.decode(chunk)) {
        if (part.kind === 'data') this.#received(part.frame)
        else if (part.kind === 'credit') this.#credited(part.cost)
        else this.#peerClosed()
      }
    } catch (error) {
      this.abort(asError(error))
    }
    if (!this.#decoder.isHalf) this.#halfSinceMs = undefined
    else if (this.#halfSinceMs === undefined || this.#decoder.finished > finishedBefore) {
      this.#halfSinceMs = this.#nowMs()
    }
  }

  /** What carries the bytes is gone. */
  ended(cause?: Error): void {
    if (!this.#isOver) this.#finish(streamClosed(this.peer, cause))
  }

  /** Ends a stream whose peer began something and does not finish it. */
  sweep(nowMs: number): void {
    const sinceMs = this.#halfSinceMs ?? this.#closingSinceMs
    if (this.#isOver || sinceMs === undefined || nowMs - sinceMs < this.#options.stalledMsMax) return
    this.abort(new HcfsError('TIMED_OUT', 'The peer left a frame or the end of a stream unfinished'))
  }

  async #sendNow(frame: Uint8Array): Promise<void> {
    this.#assertOpen()
    this.#outstanding += frame.length + FRAME_COST
    try {
      await this.#raw.write(encodePart({ kind: 'data', frame }))
    } catch (error) {
      this.ended(asError(error))
    }
    while (!this.#isOver && !this.#hasRoom()) {
      this.#roomAwaited ??= Promise.withResolvers<void>()
      await this.#roomAwaited.promise
    }
    this.#assertOpen()
  }

  #hasRoom(): boolean {
    const { windowBytes, frameBytesMax } = this.#options
    return this.#outstanding + frameBytesMax + FRAME_COST <= windowBytes
  }

  #received(frame: Uint8Array): void {
    this.#unread += frame.length + FRAME_COST
    if (this.#hasPeerClosed || this.#unread + this.#owed > this.#options.windowBytes) {
      throw new HcfsError('STREAM_MALFORMED', 'The peer sent more on a stream than it was given room for')
    }
    this.#inbox.push(frame)
  }

  #consumed(frame: Uint8Array): void {
    const cost = frame.length + FRAME_COST
    this.#unread -= cost
    this.#owed += cost
    if (this.#isOver || this.#hasPeerClosed || this.#owed < this.#options.windowBytes / 4) return
    const credit = encodePart({ kind: 'credit', cost: this.#owed })
    this.#owed = 0
    void this.#raw.write(credit).catch((error: unknown) => this.ended(asError(error)))
  }

  #credited(cost: number): void {
    this.#outstanding -= cost
    if (this.#outstanding < 0) {
      throw new HcfsError('STREAM_MALFORMED', 'The peer gave room back on a stream that nobody had taken')
    }
    if (this.#hasRoom()) this.#wakeSender()
  }

  #peerClosed(): void {
    this.#hasPeerClosed = true
    this.#inbox.end()
    this.#endIfDone()
  }

  #endIfDone(): void {
    if (!this.#hasClosed || !this.#hasPeerClosed || this.#isOver) return
    this.#finish(undefined)
    this.#raw.end()
  }

  #finish(failure: Error | undefined): void {
    this.#isOver = true
    this.#failure = failure
    this.#inbox.end(this.#hasPeerClosed ? undefined : failure)
    this.#wakeSender()
    this.#over.resolve()
  }

  #wakeSender(): void {
    this.#roomAwaited?.resolve()
    this.#roomAwaited = undefined
  }

  #assertWritable(): void {
    if (this.#hasClosed) throw streamClosed(this.peer)
    this.#assertOpen()
  }

  #assertOpen(): void {
    if (this.#isOver) throw streamClosed(this.peer, this.#failure)
  }
}

function streamClosed(peer: DeviceId, cause?: Error): HcfsError {
  return new HcfsError('STREAM_CLOSED', 'The stream to the peer is closed; open another one', {
    details: { peer },
    ...(cause === undefined ? {} : { cause })
  })
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
