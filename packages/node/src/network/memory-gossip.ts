import type { DeviceId, Logger } from '@hcfs/core'
import { sha256Hex } from '@hcfs/core'
import type { GossipHandler, GossipVerdict } from './transport.ts'

interface MemoryGossipComponents {
  readonly logger: Logger
  /** Neighbours that hear the topic now. */
  readonly neighboursOf: (topic: string) => readonly DeviceId[]
  readonly send: (to: DeviceId, topic: string, bytes: Uint8Array) => void
}

/** Far more than a test publishes; a bound all the same. */
const SEEN_MAX = 65_536

/** What gossip looks like from above: each message once, judged before it is passed on, and never a second time. */
export class MemoryGossip {
  readonly #components: MemoryGossipComponents
  readonly #handlers = new Map<string, GossipHandler>()
  readonly #seen = new Set<string>()

  constructor(components: MemoryGossipComponents) {
    this.#components = components
  }

  subscribe(topic: string, handler: GossipHandler): void {
    this.#handlers.set(topic, handler)
  }

  unsubscribe(topic: string): void {
    this.#handlers.delete(topic)
  }

  hears(topic: string): boolean {
    return this.#handlers.has(topic)
  }

  publish(topic: string, bytes: Uint8Array): number {
    if (!this.#isNew(topic, bytes)) return 0
    return this.#passOn(topic, bytes, undefined)
  }

  received(from: DeviceId, topic: string, bytes: Uint8Array): void {
    const handler = this.#handlers.get(topic)
    if (handler === undefined || !this.#isNew(topic, bytes)) return
    if (this.#judge(handler, from, bytes) === 'accept') this.#passOn(topic, bytes, from)
  }

  #judge(handler: GossipHandler, from: DeviceId, bytes: Uint8Array): GossipVerdict {
    try {
      return handler({ from, bytes })
    } catch (error) {
      this.#components.logger.error('gossip-handler-failed', { error })
      return 'ignore'
    }
  }

  #passOn(topic: string, bytes: Uint8Array, except: DeviceId | undefined): number {
    const neighbours = this.#components.neighboursOf(topic).filter((each) => each !== except)
    for (const neighbour of neighbours) this.#components.send(neighbour, topic, bytes.slice())
    return neighbours.length
  }

  #isNew(topic: string, bytes: Uint8Array): boolean {
    const name = `${topic} ${sha256Hex(bytes)}`
    if (this.#seen.has(name)) return false
    this.#seen.add(name)
    const [oldest] = this.#seen
    if (this.#seen.size > SEEN_MAX && oldest !== undefined) this.#seen.delete(oldest)
    return true
  }
}
