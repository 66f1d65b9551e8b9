import type { ContextPath, DeviceId } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import type { TipsByChain } from './chain-holding.ts'
import { tipsByChain } from './chain-holding.ts'
import type { SignedFrontier } from './frontier-message.ts'

/** What one member is known to hold of one space. */
export interface KnownFrontier {
  /** The newest one that it signed. */
  readonly frontier: SignedFrontier
  readonly tips: TipsByChain
  readonly heardAtMs: number
}

export type Taken = 'taken' | 'older' | 'future' | 'full'

/** Frontiers of one member and space after one another; more is refused. */
export const FRONTIERS_KEPT_MAX = 16_384
/** Over all of them. */
export const TIPS_KEPT_MAX = 262_144
const CHAINS_MAX: number = FORMAT_LIMITS.policyChainsMax
const MICROSECONDS_PER_MS = 1_000

/**
 * The newest frontier of each member and space.
 *
 * 1. What a member says later replaces what it said before, also when it is less:
 *    it may have lost its disk. An older frontier changes nothing, however often it comes.
 * 2. One that is dated in the future is not taken, or nothing the member says
 *    afterwards would count.
 * 3. It never holds more than its limits; what is there keeps its place.
 */
export class FrontierTable {
  readonly #known = new Map<DeviceId, Map<ContextPath, KnownFrontier>>()
  #count = 0
  #tips = 0

  of(member: DeviceId, space: ContextPath): KnownFrontier | undefined {
    return this.#known.get(member)?.get(space)
  }

  *all(): Iterable<KnownFrontier> {
    for (const spaces of this.#known.values()) yield* spaces.values()
  }

  members(): Iterable<DeviceId> {
    return this.#known.keys()
  }

  /** Whether it would be taken. Asked before the signature is verified, which is what costs. */
  judge({ member, space, at }: SignedFrontier, nowMs: number): Exclude<Taken, 'full'> {
    if (at > (nowMs + FORMAT_LIMITS.parkAheadMsMax) * MICROSECONDS_PER_MS) return 'future'
    const known = this.of(member, space)
    return known !== undefined && known.frontier.at >= at ? 'older' : 'taken'
  }

  take(frontier: SignedFrontier, { nowMs, heardAtMs }: { nowMs: number; heardAtMs: number }): Taken {
    const judged = this.judge(frontier, nowMs)
    if (judged !== 'taken') return judged
    const { member, space } = frontier
    const before = this.of(member, space)
    const tips = tipsAfter(frontier, before)
    const tipsChange = tips.size - (before?.tips.size ?? 0)
    const isNew = before === undefined
    if ((isNew && this.#count >= FRONTIERS_KEPT_MAX) || this.#tips + tipsChange > TIPS_KEPT_MAX) return 'full'
    const spaces = this.#known.get(member) ?? new Map<ContextPath, KnownFrontier>()
    spaces.set(space, { frontier, tips, heardAtMs: Math.max(heardAtMs, before?.heardAtMs ?? 0) })
    this.#known.set(member, spaces)
    this.#count += isNew ? 1 : 0
    this.#tips += tipsChange
    return 'taken'
  }

  /** Forgets what is not to be counted any more. */
  keepOnly(isKept: (member: DeviceId, space: ContextPath) => boolean): void {
    for (const [member, spaces] of this.#known) {
      for (const [space, { tips }] of spaces) {
        if (isKept(member, space)) continue
        spaces.delete(space)
        this.#count -= 1
        this.#tips -= tips.size
      }
      if (spaces.size === 0) this.#known.delete(member)
    }
  }
}

/** A part leaves the chains that it does not name as they were. */
function tipsAfter({ tips, isWhole }: SignedFrontier, before: KnownFrontier | undefined): TipsByChain {
  const named = tipsByChain(tips)
  if (isWhole || before === undefined) return named
  const merged = new Map(before.tips)
  for (const [chain, branches] of named) {
    if (merged.has(chain) || merged.size < CHAINS_MAX) merged.set(chain, branches)
  }
  return merged
}
