import type { DeviceId } from '@hcfs/core'
import type { FrameStream } from '../network/transport.ts'
import type { SessionRun } from './session-run.ts'
import type { Enveloped } from './sync-envelope.ts'
import { envelope, openEnvelope, SESSION_NUMBER_MAX } from './sync-envelope.ts'

/** A stream with the session that runs on it: one at a time, each with a higher number than the one before. */
export class SyncStream {
  readonly #frames: FrameStream
  #number = 0
  #current: SessionRun | undefined
  #isClosed = false
  /** Resolves when the session that runs now has ended. */
  idle: Promise<void> = Promise.resolve()

  constructor(frames: FrameStream) {
    this.#frames = frames
  }

  get peer(): DeviceId {
    return this.#frames.peer
  }

  get number(): number {
    return this.#number
  }

  get current(): SessionRun | undefined {
    return this.#current
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#number === SESSION_NUMBER_MAX
  }

  open(make: (send: (message: Uint8Array) => Promise<void>) => SessionRun, number = this.#number + 1): SessionRun {
    this.#number = number
    this.#current = make((message) => this.#frames.send(envelope(number, message)))
    return this.#current
  }

  release(run: SessionRun): void {
    if (this.#current === run) this.#current = undefined
  }

  /** Ends when the peer has closed; a frame without a message counts as closing. */
  async *messages(): AsyncIterable<Enveloped> {
    for await (const frame of this.#frames.frames()) {
      const opened = openEnvelope(frame)
      if (opened === undefined) return
      yield opened
    }
  }

  abort(reason: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#frames.abort(reason)
  }
}
