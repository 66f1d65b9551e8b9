import type { CborValue, CommitId, ContextPath, DeviceId } from '@hcfs/core'
import { commitId, compareCodePoints, deviceId, FORMAT_LIMITS, idToBytes, parseCanonicalPath } from '@hcfs/core'
import { ArrayReader } from '../commit/array-reader.ts'
import type { Chain } from '../commit/policy-view.ts'
import { assertAscending, assertCount, assertWholeNumber } from '../commit/value-rules.ts'
import { INCARNATION_MAX } from '../document/ids.ts'
import { malformedPolicy } from './policy-errors.ts'

/** A commit of one chain of a space, and by it the whole chain that leads there. */
export interface ChainTip {
  readonly author: DeviceId
  readonly incarnation: number
  /** From 1: a chain that is not listed ends at 0. */
  readonly seq: number
  readonly id: CommitId
}

/** How far the chains of one space go. Ascending by author and incarnation. */
export interface SpaceFrontier {
  readonly space: ContextPath
  readonly tips: readonly ChainTip[]
}

const FRONTIER_VALUES = 2
const TIP_VALUES = 4

/** Names a chain in a map. The author has a fixed length and a space begins with a slash, so no two chains meet. */
export function chainKey({ author, incarnation, space }: Chain): string {
  return `${author}${incarnation}${space}`
}

export function sortedFrontier({ space, tips }: SpaceFrontier): SpaceFrontier {
  return { space, tips: tips.toSorted(compareTips) }
}

export function sortedFrontiers(frontiers: readonly SpaceFrontier[]): SpaceFrontier[] {
  return frontiers.map(sortedFrontier).sort((left, right) => compareCodePoints(left.space, right.space))
}

export function frontierValues({ space, tips }: SpaceFrontier): CborValue {
  return [space, tips.map(({ author, incarnation, seq, id }) => [idToBytes(author), incarnation, seq, idToBytes(id)])]
}

export function readFrontier(value: CborValue): SpaceFrontier {
  const reader = new ArrayReader(value, 'frontier', FRONTIER_VALUES)
  const space = reader.path('space')
  return { space, tips: reader.list('tips').map(readTip) }
}

export function assertFrontierRules({ space, tips }: SpaceFrontier): void {
  // A path that was not parsed is a mistake of the program that signs.
  parseCanonicalPath(space)
  assertCount('frontier.tips', tips.length, FORMAT_LIMITS.policyChainsMax)
  assertAscending('frontier.tips', tips, compareTips)
  for (const { incarnation, seq } of tips) {
    assertWholeNumber('frontier.incarnation', incarnation, { max: INCARNATION_MAX })
    assertWholeNumber('frontier.seq', seq, { min: 1 })
  }
}

export function assertFrontiersRules(frontiers: readonly SpaceFrontier[]): void {
  assertAscending('frontiers', frontiers, (left, right) => compareCodePoints(left.space, right.space))
  for (const frontier of frontiers) {
    assertFrontierRules(frontier)
    if (frontier.tips.length === 0) throw malformedPolicy('frontiers', 'names a space without chains')
  }
}

function readTip(value: CborValue): ChainTip {
  const reader = new ArrayReader(value, 'tip', TIP_VALUES)
  const author = reader.id('author', deviceId)
  const incarnation = reader.wholeNumber('incarnation')
  const seq = reader.wholeNumber('seq')
  return { author, incarnation, seq, id: reader.id('id', commitId) }
}

function compareTips(left: ChainTip, right: ChainTip): number {
  return compareCodePoints(left.author, right.author) || left.incarnation - right.incarnation
}
