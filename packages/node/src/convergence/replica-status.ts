import type { DeviceId, LagReason, ParkedStatus, ReplicaStatus } from '@hcfs/core'
import type { LinkState } from './acknowledgements.ts'
import type { ReplicaStanding } from './frontier-message.ts'
import type { Lag } from './lag.ts'

export interface ReplicaFacts {
  readonly member: DeviceId
  readonly name: string
  readonly isReplicating: boolean
  /** Absent when nothing was heard of it. */
  readonly heard: { readonly atMs: number; readonly standing: ReplicaStanding; readonly lag: Lag } | undefined
  readonly link: LinkState | undefined
  readonly nextRepairAtMs: number | undefined
}

interface Trouble {
  readonly reason: LagReason
  readonly detail: string
}

const WAITS_FOR: Readonly<Record<ParkedStatus['reason'], string>> = {
  parent: 'commits that come before them',
  payload: 'their contents',
  policy: 'a newer policy of the network',
  'clock-ahead': 'their time: the clock of who wrote them is ahead, so set it right'
}

/** How a replica stands, with a sentence for people that says what to do. */
export function replicaStatus(
  facts: ReplicaFacts,
  { nowMs, silenceMsMax }: { nowMs: number; silenceMsMax: number }
): ReplicaStatus {
  const { member, name, heard, nextRepairAtMs } = facts
  const around = {
    member,
    name,
    isSelf: false,
    ...(heard && { heardAt: iso(heard.atMs) }),
    ...(nextRepairAtMs !== undefined && { nextRepairAt: iso(nextRepairAtMs) })
  }
  if (!facts.isReplicating) {
    return {
      ...around,
      state: 'unknown',
      reason: 'other-space',
      detail: `${name} does not replicate this space`,
      ...NO_LAG
    }
  }
  if (heard === undefined) return { ...around, state: 'unknown', ...notHeard(facts), ...NO_LAG }
  const { lag } = heard
  if (lag.isNone) return { ...around, state: 'caught-up', ...NO_LAG }
  const lagMs = Math.max(0, nowMs - (lag.sinceMs ?? nowMs))
  return {
    ...around,
    state: 'behind',
    ...troubleOf(facts, heard, nowMs - silenceMsMax),
    lagCommits: lag.commits,
    lagMs
  }
}

export interface OwnFacts {
  readonly member: DeviceId
  readonly name: string
  readonly standing: ReplicaStanding
  readonly missing: number
  /** Who holds what is missing. */
  readonly holder: string | undefined
  readonly missingSinceMs: number | undefined
}

export function ownStatus(
  { member, name, standing, missing, holder, missingSinceMs }: OwnFacts,
  nowMs: number
): ReplicaStatus {
  const around = { member, name, isSelf: true }
  if (missing === 0) return { ...around, state: 'caught-up', ...NO_LAG }
  const catchingUp: Trouble = {
    reason: 'catching-up',
    detail: `This node still fetches what ${holder ?? 'others'} has; wait a moment, or look at hcfs peers if it stays`
  }
  const trouble = ownTrouble(standing, 'this node') ?? catchingUp
  return {
    ...around,
    state: 'behind',
    ...trouble,
    lagCommits: missing,
    lagMs: Math.max(0, nowMs - (missingSinceMs ?? nowMs))
  }
}

const NO_LAG = { lagCommits: 0, lagMs: 0 } as const

function troubleOf(
  { name, link }: ReplicaFacts,
  { atMs, standing }: NonNullable<ReplicaFacts['heard']>,
  silentSinceMs: number
): Trouble {
  const isCut = link !== undefined && !link.isConnected && atMs <= link.sinceMs
  if (isCut || (link?.isConnected !== true && atMs < silentSinceMs))
    return unreachable(name, isCut ? link.sinceMs : atMs)
  return ownTrouble(standing, name) ?? { reason: 'catching-up', detail: `${name} is connected and still catching up` }
}

/** What a replica says of itself. */
function ownTrouble({ isDiskFull, parked }: ReplicaStanding, name: string): Trouble | undefined {
  if (isDiskFull) return { reason: 'disk-full', detail: `The disk of ${name} is full; make room there` }
  const first = parked[0]
  if (first === undefined) return undefined
  const count = parked.reduce((sum, each) => sum + each.count, 0)
  return { reason: 'parked', detail: `On ${name} ${count} commits wait for ${WAITS_FOR[first.reason]}` }
}

function notHeard({ name, link }: ReplicaFacts): Trouble {
  if (link?.isConnected === true) {
    return { reason: 'catching-up', detail: `${name} is connected and has not said yet what it holds` }
  }
  if (link !== undefined) return unreachable(name, link.sinceMs)
  const detail = `${name} was not heard of since this node started; start it there, or end waiting for it with hcfs forget`
  return { reason: 'not-heard', detail }
}

function unreachable(name: string, sinceMs: number): Trouble {
  const detail = `${name} cannot be reached since ${iso(sinceMs)}; start it there, or end waiting for it with hcfs forget`
  return { reason: 'unreachable', detail }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
