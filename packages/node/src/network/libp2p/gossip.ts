import type { Clock, DeviceId, Logger } from '@hcfs/core'
import { HcfsError, sha256 } from '@hcfs/core'
import type { GossipSub, GossipsubMessage, GossipsubOpts } from '@libp2p/gossipsub'
import { TopicValidatorResult } from '@libp2p/gossipsub'
import type { GossipCounts } from '../libp2p-transport-options.ts'
import { TokenBucket } from '../token-bucket.ts'
import type { GossipHandler, GossipVerdict } from '../transport.ts'
import { deviceOf, peerIdOf } from './device-peer-id.ts'
import { plainBytes } from './plain-bytes.ts'

export interface GossipLimits {
  readonly messageBytesMax: number
  readonly outboundBytesMax: number
  readonly bytesPerSecondMax: number
  readonly messagesPerSecondMax: number
}

/** What the class offers beyond the interface that the package exports. */
export interface JudgingGossipSub extends GossipSub {
  readonly streamsOutbound: ReadonlyMap<string, unknown>
  /** Those that neighbours subscribed to. */
  readonly topics: ReadonlyMap<string, unknown>
  getMeshPeers(topic: string): readonly string[]
  reportMessageValidationResult(msgId: string, propagationSource: string, acceptance: TopicValidatorResult): void
}

export function judging(gossipsub: GossipSub): JudgingGossipSub {
  if (isJudging(gossipsub)) return gossipsub
  throw new TypeError('This version of gossipsub takes no verdicts')
}

const INNER_PARTS = ['reportMessageValidationResult', 'getMeshPeers', 'streamsOutbound', 'topics'] as const

function isJudging(gossipsub: GossipSub): gossipsub is JudgingGossipSub {
  return INNER_PARTS.every((name) => name in gossipsub)
}

interface GossipComponents {
  readonly clock: Clock
  readonly logger: Logger
  readonly gossipsub: JudgingGossipSub
  /** Ends the connection with a peer that floods. */
  readonly hangUp: (device: DeviceId) => void
}

/**
 * A neighbour that has as much dropped within ten seconds as five seconds allow loses its connection. Not what was
 * dropped in a row is counted: among the messages of a flood there are always some that pass.
 */
const FLOOD_MS = 10_000
const FLOOD_SECONDS = 5
const FRAMING_BYTES = 64 * 1_024

export function gossipsubOptions(limits: GossipLimits): Partial<GossipsubOpts> {
  return {
    // Members are admitted before, and commits are signed themselves; signing again costs two thirds of the rate.
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: (message) => sha256(message.data),
    asyncValidation: true,
    // One after another: a neighbour that sends faster than we judge waits, and does not fill memory.
    awaitRpcHandler: true,
    awaitRpcMessageHandler: true,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    fallbackToFloodsub: false,
    // Whom to know comes from the policy and the routing table, never from neighbours.
    doPX: false,
    emitSelf: false,
    maxInboundDataLength: Math.max(limits.messageBytesMax, 512 * 1_024) + FRAMING_BYTES,
    maxOutboundBufferSize: limits.outboundBytesMax,
    // `allowedTopics` stays open: it is fixed at the start, and what a neighbour subscribed to before this
    // node did would be forgotten. This bounds instead what one neighbour may make us remember.
    maxTopicBytesPerPeer: 1_048_576,
    decodeRpcLimits: {
      maxSubscriptions: 5_000,
      maxMessages: 5_000,
      maxIhaveMessageIDs: 5_000,
      maxIwantMessageIDs: 5_000,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 5_000,
      maxPeerInfos: 16
    },
    // By default many nodes behind one address are taken for one attacker and silenced.
    scoreParams: { IPColocationFactorWeight: 0 },
    // Relayed connections have a limit of bytes.
    runOnLimitedConnection: false
  }
}

interface InboundRates {
  readonly bytes: TokenBucket
  readonly messages: TokenBucket
  dropped: { sinceMs: number; messages: number; bytes: number }
}

/** Topics of this node, over gossipsub: verdicts go back, and both directions have a rate. */
export class Gossip {
  readonly counts: { -readonly [Name in keyof GossipCounts]: number } = {
    published: 0,
    droppedOutbound: 0,
    received: 0,
    droppedInbound: 0
  }
  readonly #components: GossipComponents
  readonly #limits: GossipLimits
  readonly #handlers = new Map<string, GossipHandler>()
  readonly #inbound = new Map<DeviceId, InboundRates>()
  readonly #outbound: TokenBucket
  readonly #ending = new AbortController()
  #waitingBytes = 0
  #turn: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(components: GossipComponents, limits: GossipLimits) {
    this.#components = components
    this.#limits = limits
    this.#outbound = new TokenBucket(limits.bytesPerSecondMax, components.clock.monotonicMs())
    components.gossipsub.addEventListener('gossipsub:message', ({ detail }) => this.#received(detail))
  }

  subscribe(topic: string, handler: GossipHandler): void {
    this.#handlers.set(topic, handler)
    this.#components.gossipsub.subscribe(topic)
  }

  unsubscribe(topic: string): void {
    if (this.#handlers.delete(topic)) this.#components.gossipsub.unsubscribe(topic)
  }

  async publish(topic: string, bytes: Uint8Array): Promise<{ readonly recipients: number }> {
    const { messageBytesMax, outboundBytesMax } = this.#limits
    if (bytes.length > messageBytesMax) {
      throw new HcfsError('FRAME_TOO_LARGE', `A gossip message of ${bytes.length} bytes is over ${messageBytesMax}`)
    }
    if (this.#waitingBytes + bytes.length > outboundBytesMax) {
      this.counts.droppedOutbound += 1
      return { recipients: 0 }
    }
    await this.#waitForTurn(bytes.length)
    if (this.#isStopped) return { recipients: 0 }
    const { recipients } = await this.#components.gossipsub.publish(topic, bytes)
    this.counts.published += 1
    return { recipients: recipients.length }
  }

  /** Connected members that gossip does not reach: its stream died, and it opens none on a live connection. */
  unreached(connected: readonly DeviceId[]): readonly DeviceId[] {
    if (this.#handlers.size === 0) return []
    // `getPeers` names whoever is connected, also when the stream to it has died.
    const reached = this.#components.gossipsub.streamsOutbound
    return connected.filter((device) => !reached.has(peerIdOf(device).toString()))
  }

  meshSizes(): Readonly<Record<string, number>> {
    const topics = [...this.#handlers.keys()]
    return Object.fromEntries(topics.map((topic) => [topic, this.#components.gossipsub.getMeshPeers(topic).length]))
  }

  /** How many topics neighbours made this node remember. */
  topicsOfNeighbours(): number {
    return this.#components.gossipsub.topics.size
  }

  forget(device: DeviceId): void {
    this.#inbound.delete(device)
  }

  stop(): void {
    this.#isStopped = true
    this.#ending.abort()
    this.#handlers.clear()
  }

  #received({ msg, msgId, propagationSource }: GossipsubMessage): void {
    if (this.#isStopped) return
    const from = deviceOf(propagationSource)
    const verdict = this.#mayPass(from, msg.data.length) ? this.#judge(from, msg) : 'ignore'
    this.#components.gossipsub.reportMessageValidationResult(msgId, propagationSource.toString(), RESULTS[verdict])
  }

  #judge(from: DeviceId, { topic, data }: GossipsubMessage['msg']): GossipVerdict {
    this.counts.received += 1
    try {
      return this.#handlers.get(topic)?.({ from, bytes: plainBytes(data) }) ?? 'ignore'
    } catch (error) {
      this.#components.logger.error('gossip-handler-failed', { error })
      return 'ignore'
    }
  }

  #mayPass(from: DeviceId, bytes: number): boolean {
    const nowMs = this.#components.clock.monotonicMs()
    const { bytesPerSecondMax, messagesPerSecondMax } = this.#limits
    const rates = this.#inbound.get(from) ?? {
      bytes: new TokenBucket(bytesPerSecondMax, nowMs),
      messages: new TokenBucket(messagesPerSecondMax, nowMs),
      dropped: { sinceMs: nowMs, messages: 0, bytes: 0 }
    }
    this.#inbound.set(from, rates)
    if (rates.messages.tryTake(1, nowMs) && rates.bytes.tryTake(bytes, nowMs)) return true
    this.counts.droppedInbound += 1
    if (nowMs - rates.dropped.sinceMs > FLOOD_MS) rates.dropped = { sinceMs: nowMs, messages: 0, bytes: 0 }
    rates.dropped.messages += 1
    rates.dropped.bytes += bytes
    if (!this.#isFlood(rates)) return false
    this.#inbound.delete(from)
    this.#components.logger.warn('gossip-flood', { peer: from })
    this.#components.hangUp(from)
    return false
  }

  #isFlood({ dropped }: InboundRates): boolean {
    const { bytesPerSecondMax, messagesPerSecondMax } = this.#limits
    return (
      dropped.messages >= FLOOD_SECONDS * messagesPerSecondMax || dropped.bytes >= FLOOD_SECONDS * bytesPerSecondMax
    )
  }

  async #waitForTurn(bytes: number): Promise<void> {
    this.#waitingBytes += bytes
    const turn = this.#turn.then(() => this.#takeTokens(bytes))
    this.#turn = turn
    try {
      await turn
    } finally {
      this.#waitingBytes -= bytes
    }
  }

  async #takeTokens(bytes: number): Promise<void> {
    const { clock } = this.#components
    while (!this.#isStopped && !this.#outbound.tryTake(bytes, clock.monotonicMs())) {
      const pauseMs = this.#outbound.waitMs(bytes, clock.monotonicMs())
      await clock.wait(pauseMs, { signal: this.#ending.signal }).catch(() => {})
    }
  }
}

const RESULTS: Readonly<Record<GossipVerdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject
}
