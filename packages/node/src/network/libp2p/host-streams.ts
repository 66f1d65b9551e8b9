import type { Clock, DeviceId, Logger, NodeLimits } from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError } from '@hcfs/core'
import type { Stream } from '@libp2p/interface'
import type { CreditedStream } from '../credited-stream.ts'
import type { FrameStream } from '../transport.ts'
import { framedStream } from './framed-stream.ts'

interface HostStreamsComponents {
  readonly clock: Clock
  readonly logger: Logger
  readonly limits: Pick<NodeLimits, 'streamsPerPeerMax' | 'streamStalledMsMax'>
}

/** How long a stop waits for handlers that go on although their streams have ended. */
const STOP_MS_MAX = 2_000

/**
 * The streams of one life of the host, and the handlers that run on them.
 *
 * 1. A peer never has more than `streamsPerPeerMax`.
 * 2. After `end` no stream carries anything, whether its handler has noticed or not.
 */
export class HostStreams {
  readonly #components: HostStreamsComponents
  readonly #streams = new Set<CreditedStream>()
  readonly #serving = new Set<Promise<void>>()

  constructor(components: HostStreamsComponents) {
    this.#components = components
  }

  get count(): number {
    return this.#streams.size
  }

  hasRoomFor(device: DeviceId): boolean {
    let count = 0
    for (const { peer } of this.#streams) if (peer === device) count += 1
    return count < this.#components.limits.streamsPerPeerMax
  }

  add(stream: Stream, peer: DeviceId): CreditedStream {
    const { clock, limits } = this.#components
    const framed = framedStream(
      stream,
      { peer, nowMs: () => clock.monotonicMs() },
      {
        frameBytesMax: FORMAT_LIMITS.streamFrameBytesMax,
        windowBytes: FORMAT_LIMITS.streamWindowBytesMax,
        stalledMsMax: limits.streamStalledMsMax
      }
    )
    this.#streams.add(framed)
    void framed.over.then(() => this.#streams.delete(framed))
    return framed
  }

  serve(stream: CreditedStream, protocol: string, handler: (stream: FrameStream) => Promise<void>): void {
    const serving = this.#serve(stream, protocol, handler)
    this.#serving.add(serving)
    void serving.finally(() => this.#serving.delete(serving))
  }

  /** Breaks off what a peer began and does not finish. */
  sweep(nowMs: number): void {
    for (const stream of [...this.#streams]) stream.sweep(nowMs)
  }

  endOf(device: DeviceId, reason: Error): void {
    for (const stream of [...this.#streams]) if (stream.peer === device) stream.abort(reason)
  }

  end(reason: Error): void {
    for (const stream of [...this.#streams]) stream.abort(reason)
  }

  /** Waits for the handlers, but not for ever: what they still do cannot reach anybody. */
  async settled(): Promise<void> {
    const { clock, logger } = this.#components
    const finished = new AbortController()
    const deadline = clock.wait(STOP_MS_MAX, { signal: finished.signal }).catch(() => {})
    await Promise.race([Promise.allSettled([...this.#serving]), deadline])
    finished.abort()
    if (this.#serving.size > 0) logger.warn('stream-handlers-left-behind', { count: this.#serving.size })
  }

  async #serve(
    stream: CreditedStream,
    protocol: string,
    handler: (stream: FrameStream) => Promise<void>
  ): Promise<void> {
    try {
      await handler(stream)
      await stream.close()
    } catch (error) {
      this.#components.logger.warn('stream-handler-failed', { protocol, peer: stream.peer, error })
      stream.abort(error instanceof Error ? error : new HcfsError('STREAM_CLOSED', 'The handler of the stream failed'))
    }
  }
}
