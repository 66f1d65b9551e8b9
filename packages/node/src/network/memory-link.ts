import type { DeviceId } from '@hcfs/core'
import type { RawStream } from './credited-stream.ts'

type Delivery = () => void

/**
 * What is on its way between two nodes: in order in each direction, as over a
 * real connection. The network decides which direction delivers next.
 */
export class MemoryLink {
  readonly ends: readonly [DeviceId, DeviceId]
  readonly binding: Uint8Array
  readonly #onPending: (deliver: () => void) => void
  readonly #queues = new Map<DeviceId, Delivery[]>()
  readonly #onCut = new Set<(reason: Error) => void>()
  #cutFor: Error | undefined

  /** `onPending` is told of each thing that can be delivered, once. */
  constructor(
    ends: readonly [DeviceId, DeviceId],
    { binding, onPending }: { binding: Uint8Array; onPending: (deliver: () => void) => void }
  ) {
    this.ends = ends
    this.binding = binding
    this.#onPending = onPending
    for (const end of ends) this.#queues.set(end, [])
  }

  get isCut(): boolean {
    return this.#cutFor !== undefined
  }

  other(device: DeviceId): DeviceId {
    return this.ends[0] === device ? this.ends[1] : this.ends[0]
  }

  /** Runs `delivery` at the side of `to`, after all that was sent to it before. Dropped when the link is cut first. */
  deliver(to: DeviceId, delivery: Delivery): void {
    if (this.isCut) return
    this.#queues.get(to)?.push(delivery)
    this.#onPending(() => {
      if (!this.isCut) this.#queues.get(to)?.shift()?.()
    })
  }

  onCut(listener: (reason: Error) => void): void {
    if (this.#cutFor === undefined) this.#onCut.add(listener)
    else listener(this.#cutFor)
  }

  cut(reason: Error): void {
    if (this.isCut) return
    this.#cutFor = reason
    for (const listener of [...this.#onCut]) listener(reason)
    this.#onCut.clear()
  }

  /** The raw end of a stream at `from`, whose bytes arrive at the other end's `receive`. */
  rawStream(from: DeviceId, far: () => RawReceiver): RawStream {
    const to = this.other(from)
    return {
      write: async (bytes) => {
        if (this.#cutFor !== undefined) throw this.#cutFor
        this.deliver(to, () => far().receive(bytes))
      },
      end: () => {},
      abort: (reason) => this.deliver(to, () => far().ended(reason))
    }
  }
}

/** What a stream is to whoever carries its bytes. */
export interface RawReceiver {
  receive(chunk: Uint8Array): void
  ended(cause?: Error): void
}
