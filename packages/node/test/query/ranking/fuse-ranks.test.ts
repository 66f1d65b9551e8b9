import type { DocId } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Candidate, RankedList } from '../../../src/query/ranking/fuse-ranks.ts'
import { fuseRanks } from '../../../src/query/ranking/fuse-ranks.ts'

function list(index: 'text' | 'vector', found: readonly string[], weight = 1): RankedList {
  const candidates = found.map((chunk, place): Candidate => {
    const [docId = '', label = '0'] = chunk.split('#')
    return { docId: docId as DocId, label: Number(label), score: 1 / (place + 1) }
  })
  return { index, weight, candidates }
}

const order = (lists: readonly RankedList[]): string[] => fuseRanks(lists).map(({ docId }) => docId)

describe('the fusion of ranks', () => {
  test('leaves the order of a single list as it is', () => {
    expect(order([list('text', ['c', 'a', 'b'])])).toEqual(['c', 'a', 'b'])
  })

  test('puts what both lists found before what one of them found', () => {
    expect(order([list('text', ['a', 'b']), list('vector', ['c', 'b'])])[0]).toBe('b')
  })

  test('gives 1 to the first of every list', () => {
    expect(fuseRanks([list('text', ['a', 'b'], 3), list('vector', ['a', 'c'])])[0]?.score).toBeCloseTo(1)
  })

  test('counts contexts, not chunks: a long context does not push the next one down', () => {
    const [, second] = fuseRanks([list('text', ['a#1', 'a#2', 'a#3', 'b#4'])])

    expect(second).toMatchObject({ docId: 'b', text: { rank: 2 } })
  })

  test('lets the heavier list choose the chunk that is shown', () => {
    const [hit] = fuseRanks([list('vector', ['a#7'], 1), list('text', ['a#3'], 2)])

    expect(hit).toMatchObject({ label: 3, text: { label: 3 }, vector: { label: 7 } })
  })

  test('follows the heavier list where the two disagree', () => {
    expect(order([list('text', ['a', 'b'], 5), list('vector', ['b', 'a'], 1)])).toEqual(['a', 'b'])
  })

  test('does not depend on the order of the lists', () => {
    const found = fc.uniqueArray(fc.constantFrom('a#1', 'a#2', 'b#3', 'c#4', 'd#5', 'e#6'))
    fc.assert(
      fc.property(found, found, fc.double({ min: 0.1, max: 10, noNaN: true }), (text, vector, weight) => {
        const lists = [list('text', text, weight), list('vector', vector, 1)]
        expect(fuseRanks(lists)).toEqual(fuseRanks(lists.toReversed()))
      })
    )
  })
})
