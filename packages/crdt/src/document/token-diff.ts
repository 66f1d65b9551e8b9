import { diffArrays } from 'diff'
import type { Match } from './anchor-matches.ts'
import { anchorMatches } from './anchor-matches.ts'

/** Tokens `beforeStart` to `beforeEnd` became tokens `afterStart` to `afterEnd`; ends are exclusive. */
export interface ChangedRange {
  readonly beforeStart: number
  readonly beforeEnd: number
  readonly afterStart: number
  readonly afterEnd: number
}

/**
 * The ranges in which two lists of tokens differ, ascending and never touching.
 * As few tokens as possible, as long as that takes at most `editLengthMax`
 * insertions and deletions of tokens that both sides have; beyond that, as few
 * as matching unique tokens finds. No clock decides, so equal input gives equal
 * output everywhere.
 */
export function diffTokens(before: readonly string[], after: readonly string[], editLengthMax: number): ChangedRange[] {
  const start = commonStart(before, after)
  const end = commonEnd(before, after, start)
  const whole = {
    beforeStart: start,
    beforeEnd: before.length - end,
    afterStart: start,
    afterEnd: after.length - end
  }
  if (isEmpty(whole)) return []
  if (whole.beforeStart === whole.beforeEnd || whole.afterStart === whole.afterEnd) return [whole]
  return rangesBetween(matchTokens(before, after, { whole, editLengthMax }), whole)
}

interface MatchOptions {
  readonly whole: ChangedRange
  readonly editLengthMax: number
}

function matchTokens(
  before: readonly string[],
  after: readonly string[],
  { whole, editLengthMax }: MatchOptions
): Match[] {
  // A token that one side lacks is never part of what is common. Without those, texts that
  // have little in common are as cheap as texts that have much, and the result is the same.
  const left = sharedTokens(
    before,
    [whole.beforeStart, whole.beforeEnd],
    new Set(after.slice(whole.afterStart, whole.afterEnd))
  )
  const right = sharedTokens(after, [whole.afterStart, whole.afterEnd], new Set(left.tokens))
  const matches = bestMatches(left.tokens, right.tokens, editLengthMax) ?? anchorMatches(left.tokens, right.tokens)
  return matches.map(([leftIndex, rightIndex]) => [left.positions[leftIndex]!, right.positions[rightIndex]!])
}

/** `undefined` when there are more edits than allowed. */
function bestMatches(before: readonly string[], after: readonly string[], editLengthMax: number): Match[] | undefined {
  const changes = diffArrays([...before], [...after], { maxEditLength: editLengthMax })
  if (changes === undefined) return undefined
  const matches: Match[] = []
  let left = 0
  let right = 0
  for (const { added, removed, count } of changes) {
    if (!added && !removed) for (let step = 0; step < count; step += 1) matches.push([left + step, right + step])
    if (!added) left += count
    if (!removed) right += count
  }
  return matches
}

function rangesBetween(matches: readonly Match[], whole: ChangedRange): ChangedRange[] {
  const ranges: ChangedRange[] = []
  let { beforeStart, afterStart } = whole
  const end: Match = [whole.beforeEnd, whole.afterEnd]
  for (const [beforeEnd, afterEnd] of [...matches, end]) {
    const range = { beforeStart, beforeEnd, afterStart, afterEnd }
    if (!isEmpty(range)) ranges.push(range)
    beforeStart = beforeEnd + 1
    afterStart = afterEnd + 1
  }
  return ranges
}

function sharedTokens(
  tokens: readonly string[],
  [start, end]: readonly [number, number],
  others: ReadonlySet<string>
): { tokens: string[]; positions: number[] } {
  const shared: string[] = []
  const positions: number[] = []
  for (let position = start; position < end; position += 1) {
    const token = tokens[position]!
    if (!others.has(token)) continue
    shared.push(token)
    positions.push(position)
  }
  return { tokens: shared, positions }
}

function commonStart(before: readonly string[], after: readonly string[]): number {
  const max = Math.min(before.length, after.length)
  let count = 0
  while (count < max && before[count] === after[count]) count += 1
  return count
}

function commonEnd(before: readonly string[], after: readonly string[], start: number): number {
  const max = Math.min(before.length, after.length) - start
  let count = 0
  while (count < max && before[before.length - 1 - count] === after[after.length - 1 - count]) count += 1
  return count
}

function isEmpty({ beforeStart, beforeEnd, afterStart, afterEnd }: ChangedRange): boolean {
  return beforeStart === beforeEnd && afterStart === afterEnd
}
