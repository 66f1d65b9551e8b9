import type { Clock, ContextPath, DeviceId, Logger, Random, Startable } from '@hcfs/core'
import { Lifecycle } from '@hcfs/core'
import type { SyncOutcome } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { Transport } from '../network/transport.ts'
import { coveredLeaves } from './covered-leaves.ts'
import type { ReplicatedState } from './replicated-state.ts'
import type { LeadRequest } from './sync-driver.ts'
import type { SyncStart } from './sync-schedule.ts'
import { SyncSchedule } from './sync-schedule.ts'

export interface SyncSchedulerComponents {
  readonly transport: Pick<Transport, 'device' | 'on' | 'peers'>
  readonly clock: Pick<Clock, 'wait' | 'monotonicMs'>
  readonly random: Random
  readonly log: Logger
  readonly policy: Pick<PolicySource, 'state'>
  readonly state: Pick<ReplicatedState, 'fingerprintsOf'>
  readonly spaces: () => readonly ContextPath[]
  readonly sync: { lead(peer: DeviceId, request: LeadRequest): Promise<SyncOutcome> }
}

export interface SyncSchedulerOptions {
  readonly reconcilePauseMsMin: number
  readonly reconcilePauseMsMax: number
}

/** What the last session with a peer about a space came to. */
export interface LastSync {
  readonly peer: DeviceId
  readonly space: ContextPath
  readonly outcome: SyncOutcome
  readonly atMonotonicMs: number
}

/** Looks again at least so often. */
const LOOK_MS_MAX = 60_000

/** Leads the sessions that a `SyncSchedule` asks for, as long as it runs. */
export class SyncScheduler implements Startable {
  readonly #components: SyncSchedulerComponents
  readonly #schedule: SyncSchedule
  readonly #lifecycle: Lifecycle
  readonly #sessions = new Set<Promise<void>>()
  readonly #last = new Map<DeviceId, LastSync>()
  #stopping = new AbortController()
  #loop: Promise<void> = Promise.resolve()
  #alarm = new AbortController()

  constructor(components: SyncSchedulerComponents, options: SyncSchedulerOptions) {
    this.#components = components
    const { reconcilePauseMsMin: pauseMsMin, reconcilePauseMsMax: pauseMsMax } = options
    this.#schedule = new SyncSchedule(components.random, { pauseMsMin, pauseMsMax })
    this.#lifecycle = new Lifecycle('sync-scheduler', {
      onStart: async () => {
        this.#stopping = new AbortController()
        this.#follow(this.#stopping.signal)
        this.#loop = this.#run(this.#stopping.signal)
      },
      onStop: async () => {
        this.#stopping.abort()
        this.#alarm.abort()
        await Promise.all([this.#loop, ...this.#sessions])
      }
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** Something of a space is missing here; this peer may have it, or whoever may be asked instead. */
  gap(peer: DeviceId, space: ContextPath): void {
    const asked = this.#mayCompare(peer, space)
      ? peer
      : this.#components.transport.peers().find(({ device }) => this.#mayCompare(device, space))?.device
    if (asked === undefined) return
    this.#schedule.gap(asked, space, this.#components.clock.monotonicMs())
    this.#alarm.abort()
  }

  /** A session that a peer led is over. */
  followed(outcome: SyncOutcome): void {
    this.#schedule.followed(outcome, this.#components.clock.monotonicMs())
    this.#alarm.abort()
  }

  /** The newest session led with each peer. */
  last(): readonly LastSync[] {
    return [...this.#last.values()]
  }

  /** On the monotonic clock: when a session will begin by itself. */
  nextMs(): number {
    return this.#schedule.nextMs()
  }

  #follow(signal: AbortSignal): void {
    const { transport } = this.#components
    const connect = ({
      device,
      isInbound,
      isRelayed
    }: {
      device: DeviceId
      isInbound: boolean
      isRelayed: boolean
    }) => {
      // Neither gossip nor bulk goes over a relay.
      if (isRelayed) return
      this.#schedule.connected(device, { isInbound, spaces: this.#spacesWith(device) })
      this.#alarm.abort()
    }
    transport.on('peer-connected', ({ peer }) => connect(peer), { signal })
    transport.on('peer-disconnected', ({ device }) => this.#schedule.disconnected(device), { signal })
    for (const peer of transport.peers()) connect(peer)
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#components
    while (!signal.aborted) {
      this.#alarm = new AbortController()
      const starts = this.#schedule.due(clock.monotonicMs(), (peer) => this.#spacesWith(peer))
      for (const start of starts) this.#track(this.#lead(start, signal))
      const pauseMs = Math.min(LOOK_MS_MAX, this.#schedule.nextMs() - clock.monotonicMs())
      await clock.wait(Math.max(1, pauseMs), { signal: this.#alarm.signal }).catch(() => {})
    }
  }

  async #lead({ peer, space, auditLeaves }: SyncStart, signal: AbortSignal): Promise<void> {
    const { sync, log, clock } = this.#components
    const outcome = await sync
      .lead(peer, {
        space,
        auditLeaves: coveredLeaves(this.#components.state.fingerprintsOf(space), auditLeaves),
        signal
      })
      .catch((error: unknown): SyncOutcome => {
        if (!signal.aborted) log.debug('sync-not-led', { peer, space, error })
        return { reason: 'stopped', why: 'no session came about' }
      })
    this.#last.set(peer, { peer, space, outcome, atMonotonicMs: clock.monotonicMs() })
    this.#schedule.finished({ peer, space }, outcome, clock.monotonicMs())
    this.#alarm.abort()
  }

  #spacesWith(peer: DeviceId): readonly ContextPath[] {
    return this.#components.spaces().filter((space) => this.#mayCompare(peer, space))
  }

  #mayCompare(peer: DeviceId, space: ContextPath): boolean {
    return this.#components.policy.state.mayRead(peer, space)
  }

  #track(session: Promise<void>): void {
    this.#sessions.add(session)
    void session.then(() => this.#sessions.delete(session))
  }
}
