import type { Clock, ContextPath, DeviceId, Logger, Startable } from '@hcfs/core'
import { Lifecycle } from '@hcfs/core'
import type { DeviceKey, PolicyState, SignatureVerifier } from '@hcfs/crdt'
import type { FrameStream, Transport } from '../network/transport.ts'
import { ACK_PROTOCOL, decodeAckFrame } from './ack-frame.ts'
import { ACK_COLLECT_MS, AckLink } from './ack-link.ts'
import type { AckEffect, AckEvent } from './acknowledgements.ts'
import { Acknowledgements } from './acknowledgements.ts'
import type { HeldCopy } from './durable-tips.ts'
import { durableTips } from './durable-tips.ts'
import type { ReplicaStanding } from './frontier-message.ts'
import { decodeFrontier, invalid, isSignedByMember, signFrontier } from './frontier-message.ts'

/** The policy as it is, and word of its changes. */
export interface WatchedPolicy {
  readonly state: PolicyState
  onChanged(listener: (state: PolicyState) => void, options?: { readonly signal?: AbortSignal }): void
}

/** Wakes those who wait for the acknowledgements to move. A `ChangeSignal` is one. */
export interface Movement {
  readonly position: number
  advance(position: number): void
  waitBeyond(position: number, signal: AbortSignal): Promise<void>
  end(): void
}

export interface AckExchangeComponents {
  transport: Pick<Transport, 'peers' | 'openStream' | 'handle' | 'on'>
  clock: Clock
  log: Logger
  copy: HeldCopy
  policy: WatchedPolicy
  verifier: SignatureVerifier
  /** What keeps this replica from holding more. */
  standing: (space: ContextPath) => ReplicaStanding
  /** Advances whenever somebody is known to hold something else than before. */
  moved: Movement
  /** Told of a neighbour that sent what no node sends. */
  penalise: (peer: DeviceId, what: string) => void
}

export interface AckExchangeOptions {
  readonly key: DeviceKey
  /** The spaces that this node replicates, as they are. */
  readonly spaces: () => readonly ContextPath[]
  readonly frontierPauseMs: number
}

/** The other side may not have noticed the connection yet. */
const REOPEN_MS = 250

/**
 * Tells the neighbours what this node has on its disk, and passes on what members
 * say that are not among them. Does what `Acknowledgements` decides.
 */
export class AckExchange implements Startable {
  readonly acknowledgements: Acknowledgements
  readonly #components: AckExchangeComponents
  readonly #options: AckExchangeOptions
  readonly #lifecycle: Lifecycle
  readonly #links = new Map<DeviceId, { readonly link: AckLink; readonly ending: AbortController }>()
  readonly #incoming = new Set<FrameStream>()
  readonly #tasks = new Set<Promise<void>>()
  #ending = new AbortController()
  #nudged = Promise.withResolvers<void>()
  #isHandling = false
  /** Where the log stood, and what was said, when the frontiers were read last. */
  #readAt: string | undefined

  constructor(components: AckExchangeComponents, options: AckExchangeOptions) {
    this.#components = components
    this.#options = options
    const { frontierPauseMs, key } = options
    this.acknowledgements = new Acknowledgements({
      network: components.policy.state.network,
      self: key.deviceId,
      frontierPauseMs,
      mayRead: (device, space) => {
        const { state } = components.policy
        return state.facts.spaces.has(space) && state.mayRead(device, space)
      }
    })
    this.#lifecycle = new Lifecycle('acknowledgements', {
      onStart: async () => this.#begin(),
      onStop: () => this.#end()
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** Asks everybody to acknowledge a space at once for a while. */
  want(space: ContextPath, forMs: number): void {
    this.#step({ kind: 'want', space, forMs })
    this.#nudge()
  }

  /** What keeps this replica has changed. */
  standingChanged(): void {
    this.#nudge()
  }

  #begin(): void {
    const { transport, policy, clock } = this.#components
    this.#ending = new AbortController()
    const { signal } = this.#ending
    if (!this.#isHandling) transport.handle(ACK_PROTOCOL, (stream) => this.#listen(stream))
    this.#isHandling = true
    transport.on('peer-connected', ({ peer }) => this.#connect(peer.device), { signal })
    transport.on('peer-disconnected', ({ device }) => this.#disconnect(device), { signal })
    policy.onChanged(() => this.#onPolicy(), { signal })
    for (const { device } of transport.peers()) this.#connect(device)
    this.#track(this.#follow(clock, signal))
  }

  async #end(): Promise<void> {
    this.#ending.abort()
    for (const { ending } of this.#links.values()) ending.abort()
    for (const stream of this.#incoming) stream.abort(new Error('The node stops'))
    this.#links.clear()
    await Promise.all(this.#tasks)
    this.#components.moved.end()
  }

  /** Reads what is on the disk: at once while somebody waits, and every pause otherwise. */
  async #follow(clock: Clock, signal: AbortSignal): Promise<void> {
    const { copy, log } = this.#components
    while (!signal.aborted) {
      const { position } = copy.changes
      this.#nudged = Promise.withResolvers()
      try {
        await this.#tellOwn()
      } catch (error) {
        if (!signal.aborted) log.warn('frontier-unread', { error })
      }
      const isWanted = this.acknowledgements.isWanted(clock.now())
      await this.#pause(isWanted ? position : undefined, signal)
    }
  }

  /** Ends when the time is over, when there is something to look at, or with the signal. */
  async #pause(position: number | undefined, signal: AbortSignal): Promise<void> {
    const { clock, copy } = this.#components
    const over = new AbortController()
    const either = AbortSignal.any([over.signal, signal])
    const nothing = (): void => {}
    try {
      await clock.wait(ACK_COLLECT_MS, { signal }).catch(nothing)
      if (signal.aborted) return
      await Promise.race([
        this.#nudged.promise,
        clock.wait(this.#options.frontierPauseMs, { signal: either }).catch(nothing),
        ...(position === undefined ? [] : [copy.changes.waitBeyond(position, either).catch(nothing)])
      ])
    } finally {
      over.abort()
    }
  }

  async #tellOwn(): Promise<void> {
    const { copy, standing } = this.#components
    const spaces = this.#options.spaces()
    const state = JSON.stringify([copy.changes.position, spaces.map((space) => [space, standing(space)])])
    if (state !== this.#readAt) {
      for (const space of spaces) {
        this.#step({ kind: 'durable', space, tips: await durableTips(copy, space), standing: standing(space) })
      }
      this.#readAt = state
    }
    this.#step({ kind: 'time' })
  }

  #connect(device: DeviceId): void {
    this.#disconnectLink(device)
    const link = new AckLink(this.#components.clock)
    const ending = new AbortController()
    this.#links.set(device, { link, ending })
    this.#track(this.#speak(device, link, AbortSignal.any([ending.signal, this.#ending.signal])))
  }

  #disconnect(device: DeviceId): void {
    this.#disconnectLink(device)
    this.#step({ kind: 'disconnected', device })
  }

  #disconnectLink(device: DeviceId): void {
    this.#links.get(device)?.ending.abort()
    this.#links.delete(device)
  }

  async #speak(device: DeviceId, link: AckLink, signal: AbortSignal): Promise<void> {
    const { transport, clock, log } = this.#components
    while (!signal.aborted) {
      try {
        // Before the stream is there: it is greeted with everything, and anew after each stream that broke.
        this.#step({ kind: 'connected', device })
        const stream = await transport.openStream(device, ACK_PROTOCOL, { signal })
        await link.run(stream, signal).finally(() => stream.close().catch(() => {}))
      } catch (error) {
        if (signal.aborted) return
        log.debug('acknowledgements-unsent', { peer: device, error })
        await clock.wait(REOPEN_MS, { signal }).catch(() => {})
      }
    }
  }

  async #listen(stream: FrameStream): Promise<void> {
    const { clock, penalise } = this.#components
    const { signal } = this.#ending
    if (signal.aborted || this.#lifecycle.status === 'stopped') {
      stream.abort(new Error('The node stops'))
      return
    }
    this.#incoming.add(stream)
    try {
      for await (const frame of stream.frames()) {
        this.#take(stream.peer, frame)
        // Verifying costs: a neighbour gets its share of the processor and no more.
        await clock.wait(ACK_COLLECT_MS, { signal })
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) return
      stream.abort(error)
      if ('code' in error && error.code === 'ACKNOWLEDGEMENT_INVALID') penalise(stream.peer, error.message)
    } finally {
      this.#incoming.delete(stream)
    }
  }

  #take(from: DeviceId, bytes: Uint8Array): void {
    const { verifier, clock } = this.#components
    const frame = decodeAckFrame(bytes)
    if (frame.kind === 'want') {
      this.#step({ ...frame, from })
      this.#nudge()
      return
    }
    for (const encoded of frame.frontiers) {
      const frontier = decodeFrontier(encoded)
      if (!this.acknowledgements.isNews(frontier, clock.now())) continue
      if (!isSignedByMember(frontier, verifier)) throw invalid('the member that it names did not sign it')
      this.#step({ kind: 'received', from, frontier })
    }
  }

  #onPolicy(): void {
    this.#step({ kind: 'policy-changed' })
    this.#readAt = undefined
    this.#nudge()
  }

  #step(event: AckEvent): void {
    for (const effect of this.acknowledgements.step(event, this.#components.clock.now())) this.#perform(effect)
  }

  #perform(effect: AckEffect): void {
    const { moved } = this.#components
    switch (effect.kind) {
      case 'sign':
        this.#step({ kind: 'signed', frontier: signFrontier(effect.frontier, this.#options.key) })
        break
      case 'send':
        this.#links.get(effect.to)?.link.offer(effect.frontier)
        break
      case 'send-want':
        this.#links.get(effect.to)?.link.want(effect.space, { forMs: effect.forMs, hops: effect.hops })
        break
      case 'changed':
        moved.advance(moved.position + 1)
    }
  }

  #nudge(): void {
    this.#nudged.resolve()
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task)
    void task.finally(() => this.#tasks.delete(task))
  }
}
