import type { DocId } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Candidate, RankedList } from '../../../src/query/ranking/fuse-lists.ts'
import { fuseLists } from '../../../src/query/ranking/fuse-lists.ts'

function list(index: 'text' | 'vector', found: readonly string[], weight = 1): RankedList {
  const candidates = found.map((chunk, place): Candidate => {
    const [docId = '', label = '0'] = chunk.split('#')
    return { docId: docId as DocId, label: Number(label), score: 1 - place / 4 }
  })
  return { index, weight, candidates }
}

const order = (lists: readonly RankedList[]): string[] => fuseLists(lists).map(({ docId }) => docId)

describe('the fusion of lists', () => {
  test('leaves the order of a single list as it is', () => {
    expect(order([list('text', ['c', 'a', 'b'])])).toEqual(['c', 'a', 'b'])
  })

  test('leaves the order of a list without scores as it is', () => {
    const unscored = list('text', ['c', 'a', 'b']).candidates.map((candidate) => ({ ...candidate, score: 0 }))

    expect(order([{ index: 'text', weight: 1, candidates: unscored }])).toEqual(['c', 'a', 'b'])
  })

  test('lets a list that finds everything about alike change little', () => {
    const alike = list('vector', ['b', 'c', 'a']).candidates.map((one, place) => ({
      ...one,
      score: 0.9 - place / 1_000
    }))

    expect(order([list('text', ['a', 'b', 'c']), { index: 'vector', weight: 1, candidates: alike }])[0]).toBe('a')
  })

  test('counts a score from the floor of its list on', () => {
    const [a, b] = [0.9, 0.3].map((score, place): Candidate => ({ docId: 'ab'[place] as DocId, label: place, score }))
    const vectors: RankedList = { index: 'vector', weight: 1, floor: 0.2, candidates: [a!, b!] }

    expect(fuseLists([vectors]).map(({ score }) => score)).toEqual([1, expect.closeTo((21 / 22 + 1 / 7) / 2)])
  })

  test('keeps what words found above what is hardly near, even when their scores say nothing', () => {
    const scored = (
      index: 'text' | 'vector',
      weight: number,
      scores: Readonly<Record<string, number>>
    ): RankedList => ({
      index,
      weight,
      candidates: Object.entries(scores).map(([id, score]) => ({ docId: id as DocId, label: 1, score }))
    })
    const text = scored('text', 1, { a: 1, b: 0.000_001 })
    const vector = scored('vector', 0.35, { a: 0.5, c: 0.2 })

    expect(order([text, vector])).toEqual(['a', 'b', 'c'])
  })

  test('puts what both lists found before what one of them found', () => {
    expect(order([list('text', ['a', 'b', 'd']), list('vector', ['c', 'b', 'd'])])).toEqual(['b', 'd', 'a', 'c'])
  })

  test('gives 1 to the first of every list', () => {
    expect(fuseLists([list('text', ['a', 'b'], 3), list('vector', ['a', 'c'])])[0]?.score).toBeCloseTo(1)
  })

  test('counts contexts, not chunks: a long context does not push the next one down', () => {
    const [, second] = fuseLists([list('text', ['a#1', 'a#2', 'a#3', 'b#4'])])

    expect(second).toMatchObject({ docId: 'b', text: { rank: 2 } })
  })

  test('lets the heavier list choose the chunk that is shown', () => {
    const [hit] = fuseLists([list('vector', ['a#7'], 1), list('text', ['a#3'], 2)])

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
        expect(fuseLists(lists)).toEqual(fuseLists(lists.toReversed()))
      })
    )
  })
})
