import type { ContextPath, DeviceId, Random } from '@hcfs/core'
import type { SyncOutcome } from '@hcfs/crdt'

export interface SyncScheduleOptions {
  /** Between two rounds that find nothing, before jitter and backing off. */
  readonly pauseMsMin: number
  readonly pauseMsMax: number
}

/** A session to lead. */
export interface SyncStart {
  readonly peer: DeviceId
  readonly space: ContextPath
  /** Drawn from all leaves; none for most sessions. */
  readonly auditLeaves: readonly number[]
}

interface PeerPlan {
  /** Spaces to compare, in order, each with the time before which nothing is started. */
  readonly queue: Map<ContextPath, number>
  /** Spaces of which something is known to be missing, and how often the peer is still asked for it. */
  readonly gaps: Map<ContextPath, number>
  /** How long to wait before what went missing is asked for again. */
  retryMs: number
  isBusy: boolean
}

/** Sessions that this node leads at one time. */
const LED_MAX = 4
const AUDIT_EVERY = 16
const LEAF_COUNT = 65_536
/** Rounds that find nothing are up to eight times as far apart. */
const BACK_OFF_MAX = 3
/** After something moved others may lack it as well. */
const NEWS_MS_MIN = 250
const NEWS_MS_MAX = 1_000
/** So often the pause is doubled while sessions only give. */
const GIVING_BACK_OFF_MAX = 6
/** The peer that told of a commit may itself still be fetching it. */
const GAP_TRIES = 3
const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 30_000

/**
 * Decides when copies are compared, and with whom.
 *
 * 1. With a peer that this node dialed at once; its other side waits to be led.
 * 2. In rounds with one random peer; rounds that find nothing get rarer, and one
 *    that finds something is followed by another soon, because it is news to others too.
 *    Giving alone makes it soon a few times only: a peer may be unable to take what it is given.
 * 3. At once when something is known to be missing. A peer that then has nothing
 *    to give is asked ever later.
 * 4. One session with a peer at a time, `LED_MAX` in all.
 *
 * Pure: time and chance come in.
 */
export class SyncSchedule {
  readonly #random: Random
  readonly #options: SyncScheduleOptions
  readonly #peers = new Map<DeviceId, PeerPlan>()
  #busy = 0
  #equalRounds = 0
  /** Sessions in a row that brought nothing here. */
  #givingRounds = 0
  #untilAudit = AUDIT_EVERY - 1
  #nextRoundMs: number | undefined

  constructor(random: Random, options: SyncScheduleOptions) {
    this.#random = random
    this.#options = options
  }

  connected(peer: DeviceId, { spaces, isInbound }: { spaces: readonly ContextPath[]; isInbound: boolean }): void {
    if (this.#peers.has(peer)) return
    const plan: PeerPlan = { queue: new Map(), gaps: new Map(), retryMs: RETRY_MS_MIN, isBusy: false }
    this.#peers.set(peer, plan)
    if (!isInbound) for (const space of spaces) plan.queue.set(space, 0)
  }

  disconnected(peer: DeviceId): void {
    if (this.#peers.get(peer)?.isBusy === true) this.#busy -= 1
    this.#peers.delete(peer)
  }

  /** Something of a space is missing here that this peer may have. */
  gap(peer: DeviceId, space: ContextPath, nowMs: number): void {
    const plan = this.#peers.get(peer)
    if (plan === undefined) return
    plan.gaps.set(space, GAP_TRIES)
    if (plan.queue.has(space)) return
    const isFresh = plan.retryMs === RETRY_MS_MIN && !plan.isBusy
    plan.queue.set(space, isFresh ? nowMs : nowMs + plan.retryMs)
  }

  /** A session that this node led is over. */
  finished({ peer, space }: Pick<SyncStart, 'peer' | 'space'>, outcome: SyncOutcome, nowMs: number): void {
    const plan = this.#peers.get(peer)
    if (plan?.isBusy === true) {
      plan.isBusy = false
      this.#busy -= 1
    }
    if (hasMoved(outcome)) {
      plan?.gaps.delete(space)
      this.#foundNews(plan, outcome, nowMs)
      return
    }
    if (plan !== undefined) plan.retryMs = Math.min(plan.retryMs * 2, RETRY_MS_MAX)
    if (outcome.reason === 'equal') {
      this.#equalRounds += 1
      this.#untilAudit = this.#untilAudit === 0 ? AUDIT_EVERY - 1 : this.#untilAudit - 1
    }
    this.#queueAgain(plan, { space, outcome }, nowMs)
  }

  /** A session that a peer led is over. */
  followed(outcome: SyncOutcome, nowMs: number): void {
    if (hasMoved(outcome)) this.#foundNews(undefined, outcome, nowMs)
  }

  /** What to start now. Each is over only once `finished` was called. */
  due(nowMs: number, spacesWith: (peer: DeviceId) => readonly ContextPath[]): SyncStart[] {
    this.#beginRound(nowMs, spacesWith)
    const starts: SyncStart[] = []
    for (const [peer, plan] of this.#peers) {
      if (this.#busy >= LED_MAX) break
      const space = plan.isBusy ? undefined : firstDue(plan, nowMs)
      if (space === undefined) continue
      plan.queue.delete(space)
      plan.isBusy = true
      this.#busy += 1
      starts.push({ peer, space, auditLeaves: this.#auditLeaves() })
    }
    return starts
  }

  /** When `due` may have something to say again; calls to the others bring it forward. */
  nextMs(): number {
    const waiting = [...this.#peers.values()]
      .filter(({ isBusy }) => !isBusy && this.#busy < LED_MAX)
      .flatMap(({ queue }) => [...queue.values()])
    return Math.min(this.#nextRoundMs ?? Number.POSITIVE_INFINITY, ...waiting)
  }

  #beginRound(nowMs: number, spacesWith: (peer: DeviceId) => readonly ContextPath[]): void {
    this.#nextRoundMs ??= nowMs + this.#pauseMs()
    if (nowMs < this.#nextRoundMs) return
    this.#nextRoundMs = nowMs + this.#pauseMs()
    const idle = [...this.#peers].filter(([, { isBusy }]) => !isBusy)
    const chosen = idle[idle.length === 0 ? 0 : this.#random.below(idle.length)]
    if (chosen === undefined) return
    const [peer, { queue }] = chosen
    for (const space of spacesWith(peer)) queue.set(space, nowMs)
  }

  #queueAgain(
    plan: PeerPlan | undefined,
    { space, outcome }: { space: ContextPath; outcome: SyncOutcome },
    nowMs: number
  ): void {
    if (plan === undefined || plan.queue.has(space)) return
    const tries = plan.gaps.get(space) ?? 0
    if (tries > 1) plan.gaps.set(space, tries - 1)
    else plan.gaps.delete(space)
    // What one session could not finish the next one goes on with.
    if (outcome.reason === 'budget-spent') plan.queue.set(space, nowMs)
    else if (tries > 1 || isWorthRetrying(outcome)) plan.queue.set(space, nowMs + plan.retryMs)
  }

  #foundNews(plan: PeerPlan | undefined, outcome: SyncOutcome, nowMs: number): void {
    this.#equalRounds = 0
    if (plan !== undefined) plan.retryMs = RETRY_MS_MIN
    this.#givingRounds = hasTaken(outcome) ? 0 : Math.min(this.#givingRounds + 1, GIVING_BACK_OFF_MAX)
    const soon = nowMs + this.#between(NEWS_MS_MIN, NEWS_MS_MAX) * 2 ** this.#givingRounds
    this.#nextRoundMs = Math.min(this.#nextRoundMs ?? soon, soon)
  }

  #pauseMs(): number {
    const { pauseMsMin, pauseMsMax } = this.#options
    return this.#between(pauseMsMin, pauseMsMax) * 2 ** Math.min(this.#equalRounds, BACK_OFF_MAX)
  }

  #auditLeaves(): number[] {
    if (this.#untilAudit > 0) return []
    const count = 1 + this.#random.below(2)
    const leaves = new Set(Array.from({ length: count }, () => this.#random.below(LEAF_COUNT)))
    return [...leaves].sort((left, right) => left - right)
  }

  #between(min: number, max: number): number {
    return min + this.#random.below(Math.max(1, max - min + 1))
  }
}

function firstDue({ queue }: PeerPlan, nowMs: number): ContextPath | undefined {
  for (const [space, notBeforeMs] of queue) if (notBeforeMs <= nowMs) return space
  return undefined
}

function hasMoved(outcome: SyncOutcome): boolean {
  return 'received' in outcome && outcome.received + outcome.sent > 0
}

function hasTaken(outcome: SyncOutcome): boolean {
  return 'received' in outcome && outcome.received > 0
}

function isWorthRetrying(outcome: SyncOutcome): boolean {
  if (outcome.reason === 'refused') return outcome.why === 'busy'
  return ['stopped', 'timed-out', 'policy-unsettled'].includes(outcome.reason)
}
