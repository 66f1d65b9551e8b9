import { isDeepStrictEqual } from 'node:util'
import type { ContextPath, DeviceId, NetworkId } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import type { ChainTip } from '@hcfs/crdt'
import { WANT_HOPS_MAX, WANT_MS_MAX } from './ack-frame.ts'
import type { Frontier, ReplicaStanding, SignedFrontier } from './frontier-message.ts'
import { compareTips } from './frontier-message.ts'
import type { KnownFrontier } from './frontier-table.ts'
import { FrontierTable } from './frontier-table.ts'

/** What happened. Every time is the wall clock of this node. */
export type AckEvent =
  | {
      readonly kind: 'durable'
      readonly space: ContextPath
      readonly tips: readonly ChainTip[]
      readonly standing: ReplicaStanding
    }
  /** Its signature was verified. */
  | { readonly kind: 'received'; readonly from: DeviceId; readonly frontier: SignedFrontier }
  /** What a `sign` effect asked for. */
  | { readonly kind: 'signed'; readonly frontier: SignedFrontier }
  | {
      readonly kind: 'want'
      readonly from?: DeviceId
      readonly space: ContextPath
      readonly forMs: number
      readonly hops?: number
    }
  | { readonly kind: 'connected' | 'disconnected'; readonly device: DeviceId }
  | { readonly kind: 'policy-changed' | 'time' }

/** What to do about it. */
export type AckEffect =
  | { readonly kind: 'sign'; readonly frontier: Frontier }
  | { readonly kind: 'send'; readonly to: DeviceId; readonly frontier: SignedFrontier }
  | {
      readonly kind: 'send-want'
      readonly to: DeviceId
      readonly space: ContextPath
      readonly forMs: number
      readonly hops: number
    }
  /** What somebody is known to hold has changed. */
  | { readonly kind: 'changed' }

export interface AcknowledgementsOptions {
  readonly network: NetworkId
  readonly self: DeviceId
  readonly frontierPauseMs: number
  /** By the policy as it is: whether a device may read a declared space. */
  readonly mayRead: (device: DeviceId, space: ContextPath) => boolean
}

interface OwnSpace {
  readonly tips: readonly ChainTip[]
  readonly standing: ReplicaStanding
  /** Whether that was published. */
  readonly isTold: boolean
  readonly toldAtMs: number | undefined
  /** The newest that was signed; several parts when there are too many chains for one. */
  readonly signed: readonly SignedFrontier[]
}

export interface LinkState {
  readonly isConnected: boolean
  readonly sinceMs: number
}

/** Also when nothing changed: a frontier that came by a detour, or not at all, is made up for. */
const REPEAT_PAUSES = 10
const MICROSECONDS_PER_MS = 1_000

/**
 * Who holds what, as far as it was signed, and what to tell whom about it.
 *
 * 1. A member is said to hold what it signed that it has on its disk, and nothing else.
 * 2. The own frontiers follow from `durable` events alone, and each is dated after the one before.
 * 3. A frontier goes to members that may read its space, and once to each neighbour
 *    for each time it is new here, so passing on comes to an end.
 *
 * Decides without I/O, clock or key: what it asks for, `AckExchange` does.
 */
export class Acknowledgements {
  readonly table = new FrontierTable()
  readonly #options: AcknowledgementsOptions
  readonly #own = new Map<ContextPath, OwnSpace>()
  readonly #links = new Map<DeviceId, LinkState>()
  readonly #wantedUntilMs = new Map<ContextPath, number>()
  #lastAt = 0

  constructor(options: AcknowledgementsOptions) {
    this.#options = options
  }

  step(event: AckEvent, nowMs: number): readonly AckEffect[] {
    switch (event.kind) {
      case 'durable':
        return this.#onDurable(event, nowMs)
      case 'received':
        return this.#onReceived(event, nowMs)
      case 'signed':
        return this.#onSigned(event.frontier)
      case 'want':
        return this.#onWant(event, nowMs)
      case 'connected':
        this.#links.set(event.device, { isConnected: true, sinceMs: nowMs })
        return this.#greeting(event.device, nowMs)
      case 'disconnected':
        this.#links.set(event.device, { isConnected: false, sinceMs: nowMs })
        return [{ kind: 'changed' }]
      case 'policy-changed':
        return this.#onPolicyChanged()
      case 'time':
        return [...this.#own.keys()].flatMap((space) => this.#publish(space, nowMs))
    }
  }

  known(member: DeviceId, space: ContextPath): KnownFrontier | undefined {
    return this.table.of(member, space)
  }

  link(device: DeviceId): LinkState | undefined {
    return this.#links.get(device)
  }

  /** When a `time` event has something to do at the latest. */
  nextDueMs(nowMs: number): number | undefined {
    const due = [...this.#own.keys()].map((space) => this.#dueMs(space, nowMs))
    return due.length === 0 ? undefined : Math.min(...due)
  }

  /** Whether a frontier is worth verifying. */
  isNews(frontier: SignedFrontier, nowMs: number): boolean {
    const { member, space, network } = frontier
    if (network !== this.#options.network || !this.#options.mayRead(member, space)) return false
    if (member === this.#options.self && frontier.at <= this.#newestOwnAt(space)) return false
    return this.table.judge(frontier, nowMs) === 'taken'
  }

  /** Whether somebody waits for acknowledgements of any space. */
  isWanted(nowMs: number): boolean {
    return [...this.#wantedUntilMs.values()].some((untilMs) => untilMs > nowMs)
  }

  #onDurable(event: Extract<AckEvent, { kind: 'durable' }>, nowMs: number): readonly AckEffect[] {
    const { space, standing } = event
    const tips = event.tips.toSorted(compareTips)
    const before = this.#own.get(space)
    const isSame = before !== undefined && isDeepStrictEqual([before.tips, before.standing], [tips, standing])
    if (isSame) return []
    const { toldAtMs, signed = [] } = before ?? { toldAtMs: undefined }
    this.#own.set(space, { tips, standing, isTold: false, toldAtMs, signed })
    return [{ kind: 'changed' }, ...this.#publish(space, nowMs)]
  }

  #onReceived({ from, frontier }: Extract<AckEvent, { kind: 'received' }>, nowMs: number): readonly AckEffect[] {
    if (!this.isNews(frontier, nowMs)) return []
    const { member, space, at } = frontier
    if (member === this.#options.self) return this.#onOwnEcho(frontier, nowMs)
    const heardAtMs = from === member ? nowMs : Math.min(nowMs, Math.floor(at / MICROSECONDS_PER_MS))
    if (this.table.take(frontier, { nowMs, heardAtMs }) !== 'taken') return []
    return [{ kind: 'changed' }, ...this.#sendToNeighbours(space, frontier, new Set([from, member]))]
  }

  /** Others remember a frontier of this node that is dated later than its clock says now: the next has to be later still. */
  #onOwnEcho({ space, at }: SignedFrontier, nowMs: number): readonly AckEffect[] {
    const own = this.#own.get(space)
    if (own === undefined) return []
    this.#lastAt = Math.max(this.#lastAt, at)
    this.#own.set(space, { ...own, isTold: false, toldAtMs: undefined })
    return this.#publish(space, nowMs)
  }

  #newestOwnAt(space: ContextPath): number {
    return this.#own.get(space)?.signed.at(-1)?.at ?? 0
  }

  #onSigned(frontier: SignedFrontier): readonly AckEffect[] {
    const own = this.#own.get(frontier.space)
    if (own === undefined) return []
    const signed = frontier.isWhole ? [frontier] : [...own.signed, frontier].slice(-partsOf(own.tips))
    this.#own.set(frontier.space, { ...own, signed })
    return this.#sendToNeighbours(frontier.space, frontier, new Set())
  }

  #onWant(
    { from, space, forMs, hops = WANT_HOPS_MAX }: Extract<AckEvent, { kind: 'want' }>,
    nowMs: number
  ): readonly AckEffect[] {
    const { mayRead, self } = this.#options
    if (!mayRead(from ?? self, space)) return []
    const untilMs = nowMs + Math.ceil(Math.min(forMs, WANT_MS_MAX))
    const knownMs = this.#wantedUntilMs.get(space) ?? 0
    // A wish that hardly says anything new is not passed on, or two neighbours would echo it.
    const isNews = untilMs > nowMs && untilMs - Math.max(knownMs, nowMs) >= (untilMs - nowMs) / 2
    if (untilMs > knownMs) this.#wantedUntilMs.set(space, untilMs)
    const passedOn = isNews && hops > 0 ? this.#readersBeside(space, new Set(from === undefined ? [] : [from])) : []
    const wants = passedOn.map((to): AckEffect => {
      return { kind: 'send-want', to, space, forMs: untilMs - nowMs, hops: from === undefined ? hops : hops - 1 }
    })
    return [...wants, ...this.#publish(space, nowMs)]
  }

  #onPolicyChanged(): readonly AckEffect[] {
    const { mayRead } = this.#options
    this.table.keepOnly(mayRead)
    for (const space of this.#wantedUntilMs.keys()) {
      if (!mayRead(this.#options.self, space)) this.#wantedUntilMs.delete(space)
    }
    return [{ kind: 'changed' }]
  }

  /** All that is known here: whoever was away has missed some of it. */
  #greeting(to: DeviceId, nowMs: number): readonly AckEffect[] {
    const { mayRead } = this.#options
    const own = [...this.#own.values()].flatMap(({ signed }) => signed)
    const others = [...this.table.all()].map(({ frontier }) => frontier)
    const sent = [...own, ...others].filter(({ space }) => mayRead(to, space))
    const wanted = [...this.#wantedUntilMs].filter(([space, untilMs]) => untilMs > nowMs && mayRead(to, space))
    return [
      { kind: 'changed' },
      ...sent.map((frontier): AckEffect => ({ kind: 'send', to, frontier })),
      ...wanted.map(
        // A clock that was set back makes it look longer than anybody may wish for.
        ([space, untilMs]): AckEffect => {
          return { kind: 'send-want', to, space, forMs: Math.min(untilMs - nowMs, WANT_MS_MAX), hops: 1 }
        }
      )
    ]
  }

  #publish(space: ContextPath, nowMs: number): readonly AckEffect[] {
    const own = this.#own.get(space)
    if (own === undefined || this.#dueMs(space, nowMs) > nowMs) return []
    this.#own.set(space, { ...own, isTold: true, toldAtMs: nowMs })
    const { network, self: member } = this.#options
    const parts = partsOf(own.tips)
    return Array.from({ length: parts }, (_, part): AckEffect => {
      this.#lastAt = Math.max(nowMs * MICROSECONDS_PER_MS, this.#lastAt) + 1
      const tips = own.tips.slice(part * FORMAT_LIMITS.frontierChainsMax, (part + 1) * FORMAT_LIMITS.frontierChainsMax)
      const { standing } = own
      return {
        kind: 'sign',
        frontier: { network, member, space, at: this.#lastAt, isWhole: parts === 1, tips, standing }
      }
    })
  }

  #dueMs(space: ContextPath, nowMs: number): number {
    const own = this.#own.get(space)
    if (own?.toldAtMs === undefined) return nowMs
    if (!own.isTold && (this.#wantedUntilMs.get(space) ?? 0) > nowMs) return nowMs
    const { frontierPauseMs } = this.#options
    const dueMs = own.toldAtMs + (own.isTold ? frontierPauseMs * REPEAT_PAUSES : frontierPauseMs)
    // The clock was set back: to wait until it has caught up could take a day.
    return own.toldAtMs > nowMs ? nowMs : dueMs
  }

  #sendToNeighbours(space: ContextPath, frontier: SignedFrontier, except: ReadonlySet<DeviceId>): AckEffect[] {
    return this.#readersBeside(space, except).map((to) => ({ kind: 'send', to, frontier }))
  }

  #readersBeside(space: ContextPath, except: ReadonlySet<DeviceId>): DeviceId[] {
    const { mayRead } = this.#options
    return [...this.#links]
      .filter(([device, { isConnected }]) => isConnected && !except.has(device) && mayRead(device, space))
      .map(([device]) => device)
  }
}

function partsOf(tips: readonly ChainTip[]): number {
  return Math.max(1, Math.ceil(tips.length / FORMAT_LIMITS.frontierChainsMax))
}
