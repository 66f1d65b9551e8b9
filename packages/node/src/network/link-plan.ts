import type { DeviceId } from '@hcfs/core'

/** What is known of a member that a link may lead to. */
export interface LinkCandidate {
  readonly device: DeviceId
  readonly addresses: readonly string[]
  readonly isConnected: boolean
  readonly isDialing: boolean
  /** Monotonic; the past for now. */
  readonly nextDialAtMs: number
}

export interface LinkPlanLimits {
  readonly linksMin: number
  readonly linksMax: number
  readonly dialsMax: number
}

interface LinkPlanRequest {
  readonly candidates: readonly LinkCandidate[]
  readonly nowMs: number
  readonly limits: LinkPlanLimits
  /** Between 0 and 1 for each member, different on each node: so that not everybody links to the same few. */
  readonly preference: (device: DeviceId) => number
}

/**
 * Which members to dial now. Links go first to hosts that no link leads to, so
 * that one host that dies takes few of them along.
 *
 * 1. Never more dials at once than `dialsMax`, and never towards more links than `linksMax`.
 * 2. Below `linksMin` every member that is due is a candidate; above it nobody is dialed.
 */
export function planLinks({ candidates, nowMs, limits, preference }: LinkPlanRequest): readonly DeviceId[] {
  const linked = candidates.filter(({ isConnected, isDialing }) => isConnected || isDialing)
  const dialing = candidates.filter(({ isConnected, isDialing }) => isDialing && !isConnected)
  const wanted = Math.min(limits.linksMin, limits.linksMax) - linked.length
  const room = Math.max(0, Math.min(wanted, limits.dialsMax - dialing.length))
  const due = candidates.filter((each) => isDue(each, nowMs))
  return spread(due, { used: linked, room, preference })
}

/** A member whose addresses nobody has told, to be asked for: one at a time, and only while links are wanted. */
export function planLookUp({ candidates, nowMs, limits }: Omit<LinkPlanRequest, 'preference'>): DeviceId | undefined {
  const isBusy = candidates.some(({ isDialing, addresses }) => isDialing && addresses.length === 0)
  const links = candidates.filter(({ isConnected }) => isConnected).length
  if (isBusy || links === 0 || links >= Math.min(limits.linksMin, limits.linksMax)) return undefined
  return candidates.find(
    ({ isConnected, isDialing, addresses, nextDialAtMs }) =>
      !isConnected && !isDialing && addresses.length === 0 && nextDialAtMs <= nowMs
  )?.device
}

/** Each member within `linksMin` again at the earliest; `undefined` when nothing is to be waited for. */
export function nextDueMs(candidates: readonly LinkCandidate[]): number | undefined {
  const times = candidates
    .filter(({ isConnected, isDialing, addresses }) => !isConnected && !isDialing && addresses.length > 0)
    .map(({ nextDialAtMs }) => nextDialAtMs)
  return times.length === 0 ? undefined : Math.min(...times)
}

function isDue({ isConnected, isDialing, addresses, nextDialAtMs }: LinkCandidate, nowMs: number): boolean {
  return !isConnected && !isDialing && addresses.length > 0 && nextDialAtMs <= nowMs
}

function spread(
  due: readonly LinkCandidate[],
  { used, room, preference }: { used: readonly LinkCandidate[]; room: number; preference: (device: DeviceId) => number }
): readonly DeviceId[] {
  const counts = new Map<string, number>()
  for (const each of used) count(counts, hostOf(each))
  const left = [...due].sort((a, b) => preference(a.device) - preference(b.device))
  const chosen: DeviceId[] = []
  while (chosen.length < room && left.length > 0) {
    const fewest = Math.min(...left.map((each) => counts.get(hostOf(each)) ?? 0))
    const index = left.findIndex((each) => (counts.get(hostOf(each)) ?? 0) === fewest)
    const [next] = left.splice(index, 1)
    if (next === undefined) break
    count(counts, hostOf(next))
    chosen.push(next.device)
  }
  return chosen
}

/** `/ip4/10.0.0.1` of `/ip4/10.0.0.1/tcp/4001`. */
function hostOf({ addresses }: LinkCandidate): string {
  return (addresses[0] ?? '').split('/').slice(0, 3).join('/')
}

function count(counts: Map<string, number>, host: string): void {
  counts.set(host, (counts.get(host) ?? 0) + 1)
}

/** How long to wait after so many failures in a row: doubling from half a second, and never two nodes in step. */
export function redialPauseMs(failures: number, pauseMsMax: number, jitter: number): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 30), pauseMsMax)
  return Math.round(longest * (0.5 + jitter / 2))
}

const FIRST_PAUSE_MS = 500
