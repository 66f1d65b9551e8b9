import type { Clock, ContextPath } from '@hcfs/core'
import type { FrameStream } from '../network/transport.ts'
import { encodeAckFrame, takeFrame } from './ack-frame.ts'
import type { SignedFrontier } from './frontier-message.ts'

interface Want {
  readonly forMs: number
  readonly hops: number
}

/** Between two frames to one neighbour, or from it: what comes meanwhile goes together. */
export const ACK_COLLECT_MS = 10

/**
 * What is to be told to one neighbour. Of each member and space only the newest
 * frontier waits, so a neighbour that reads slowly costs no memory.
 */
export class AckLink {
  readonly #clock: Pick<Clock, 'wait'>
  readonly #frontiers = new Map<string, Uint8Array>()
  readonly #wants = new Map<ContextPath, Want>()
  #filled = Promise.withResolvers<void>()

  constructor(clock: Pick<Clock, 'wait'>) {
    this.#clock = clock
  }

  offer({ member, space, at, isWhole, encoded }: SignedFrontier): void {
    const name = `${member}${space}`
    this.#frontiers.set(isWhole ? name : `${name} ${at}`, encoded)
    this.#filled.resolve()
  }

  want(space: ContextPath, want: Want): void {
    this.#wants.set(space, want)
    this.#filled.resolve()
  }

  /** Sends until the stream breaks or the signal ends it. */
  async run(stream: FrameStream, signal: AbortSignal): Promise<void> {
    const ended = Promise.withResolvers<never>()
    ended.promise.catch(() => {})
    const onAbort = (): void => ended.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      for (;;) {
        signal.throwIfAborted()
        const frame = this.#next()
        if (frame === undefined) await Promise.race([this.#filled.promise, ended.promise])
        else {
          await Promise.race([stream.send(frame), ended.promise])
          await this.#clock.wait(ACK_COLLECT_MS, { signal })
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #next(): Uint8Array | undefined {
    for (const [space, want] of this.#wants) {
      this.#wants.delete(space)
      return encodeAckFrame({ kind: 'want', space, ...want })
    }
    const frontiers = takeFrame([...this.#frontiers.values()])
    if (frontiers.length === 0) {
      this.#filled = Promise.withResolvers()
      return undefined
    }
    for (const name of [...this.#frontiers.keys()].slice(0, frontiers.length)) this.#frontiers.delete(name)
    return encodeAckFrame({ kind: 'frontiers', frontiers })
  }
}
