import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anchorMatches } from '../../src/document/anchor-matches.ts'
import type { ChangedRange } from '../../src/document/token-diff.ts'
import { diffTokens } from '../../src/document/token-diff.ts'

const tokens = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 14 })

/** By the book: the table of all pairs of prefixes. */
function longestCommonLength(before: readonly string[], after: readonly string[]): number {
  const table = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0))
  for (let left = 1; left <= before.length; left += 1) {
    for (let right = 1; right <= after.length; right += 1) {
      const isSame = before[left - 1] === after[right - 1]
      table[left]![right] = isSame
        ? table[left - 1]![right - 1]! + 1
        : Math.max(table[left - 1]![right]!, table[left]![right - 1]!)
    }
  }
  return table[before.length]![after.length]!
}

function applied(before: readonly string[], after: readonly string[], ranges: readonly ChangedRange[]): string[] {
  const result = [...before]
  for (const { beforeStart, beforeEnd, afterStart, afterEnd } of ranges.toReversed()) {
    result.splice(beforeStart, beforeEnd - beforeStart, ...after.slice(afterStart, afterEnd))
  }
  return result
}

function keptLength(before: readonly string[], ranges: readonly ChangedRange[]): number {
  return before.length - ranges.reduce((sum, { beforeStart, beforeEnd }) => sum + beforeEnd - beforeStart, 0)
}

describe('a diff of tokens', () => {
  test('turns one list into the other and keeps as many tokens as can be kept', () => {
    fc.assert(
      fc.property(tokens, tokens, (before, after) => {
        const ranges = diffTokens(before, after, 1_000)
        expect(applied(before, after, ranges)).toEqual(after)
        expect(keptLength(before, ranges)).toBe(longestCommonLength(before, after))
      })
    )
  })

  test('turns one list into the other also when it may not look for the best way', () => {
    fc.assert(
      fc.property(tokens, tokens, fc.nat(3), (before, after, editLengthMax) => {
        expect(applied(before, after, diffTokens(before, after, editLengthMax))).toEqual(after)
      })
    )
  })

  test('has ranges that ascend and do not touch', () => {
    fc.assert(
      fc.property(tokens, tokens, fc.constantFrom(0, 1_000), (before, after, editLengthMax) => {
        const ranges = diffTokens(before, after, editLengthMax)
        for (const [index, range] of ranges.slice(1).entries()) {
          expect(range.beforeStart).toBeGreaterThan(ranges[index]!.beforeEnd)
          expect(range.afterStart).toBeGreaterThan(ranges[index]!.afterEnd)
        }
      })
    )
  })

  test('of equal lists is empty', () => {
    expect(diffTokens(['a', 'b'], ['a', 'b'], 10)).toEqual([])
  })
})

describe('matching by anchors', () => {
  test('matches equal tokens, ascending on both sides', () => {
    fc.assert(
      fc.property(tokens, tokens, (before, after) => {
        let last = [-1, -1]
        for (const match of anchorMatches(before, after)) {
          expect(before[match[0]]).toBe(after[match[1]])
          expect(match[0] > last[0]! && match[1] > last[1]!).toBe(true)
          last = [...match]
        }
      })
    )
  })

  test('finds all but the changed lines of a text whose lines differ, and what surrounds them', () => {
    const before = Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? '}' : `line ${index}`))
    const after = before.map((line, index) => (index % 10 === 5 ? 'changed' : line))
    const changed = before.filter((line, index) => line !== after[index]).length
    expect(anchorMatches(before, after)).toHaveLength(100 - changed)
  })
})
