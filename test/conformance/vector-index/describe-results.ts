import { expect, test } from 'vitest'
import type { NewVectorIndex } from './new-vector-index.ts'
import { labelsOf, rowsOf } from './new-vector-index.ts'

const RIGHT = [1, 0, 0]
const UP = [0, 1, 0]
const BETWEEN = [1, 1, 0]
const LEFT = [-2, 0, 0]

export function describeResults(newIndex: NewVectorIndex): void {
  test('the nearest come first, with their cosines, whatever their lengths', () => {
    const { index, work } = newIndex(3)
    index.add(labelsOf(7, 4_294_967_295, 0, 9), rowsOf(RIGHT, UP, BETWEEN, LEFT))
    work()

    const { labels, scores } = index.search(rowsOf([10, 0, 0]), 4)

    expect([...labels]).toEqual([7, 0, 4_294_967_295, 9])
    expect(scores[0]).toBeCloseTo(1, 5)
    expect(scores[1]).toBeCloseTo(Math.SQRT1_2, 5)
    expect(scores[2]).toBeCloseTo(0, 5)
    expect(scores[3]).toBeCloseTo(-1, 5)
  })

  test('equal scores are ordered by label', () => {
    const { index, work } = newIndex(3)
    index.add(labelsOf(5, 3, 8, 1), rowsOf(RIGHT, RIGHT, UP, [3, 0, 0]))
    work()

    expect([...index.search(rowsOf(RIGHT), 3).labels]).toEqual([1, 3, 5])
  })

  test('asking for more than there are gives all, and an empty index gives none', () => {
    const { index, work } = newIndex(3)
    expect(index.search(rowsOf(UP), 10)).toEqual({ labels: labelsOf(), scores: new Float32Array() })
    index.add(labelsOf(1, 2), rowsOf(RIGHT, UP))
    work()

    expect([...index.search(rowsOf(UP), 1_000_000_000).labels]).toEqual([2, 1])
  })

  test('adding a label again replaces its vector, in one call too', () => {
    const { index, work } = newIndex(3)
    index.add(labelsOf(1, 2, 1), rowsOf(UP, BETWEEN, LEFT))
    work()
    index.add(labelsOf(2), rowsOf(UP))
    work()

    expect(index.size).toBe(2)
    expect([...index.search(rowsOf(UP), 5).labels]).toEqual([2, 1])
    expect(index.search(rowsOf(UP), 5).scores[0]).toBeCloseTo(1, 5)
  })

  test('what was removed is not found, and removing says how many were there', () => {
    const { index, work } = newIndex(3)
    index.add(labelsOf(1, 2, 3), rowsOf(RIGHT, UP, BETWEEN))
    work()

    expect(index.remove(labelsOf(3, 4, 3))).toBe(1)
    expect([...index.search(rowsOf(BETWEEN), 5).labels].sort()).toEqual([1, 2])
    expect(index.size).toBe(2)
  })

  test('only what is allowed is found, and unknown labels do no harm', () => {
    const { index, work } = newIndex(3)
    index.add(labelsOf(1, 2, 3), rowsOf(RIGHT, UP, BETWEEN))
    work()

    expect([...index.search(rowsOf(RIGHT), 5, { allowed: labelsOf(2, 3, 77) }).labels]).toEqual([3, 2])
    expect([...index.search(rowsOf(RIGHT), 5, { allowed: labelsOf() }).labels]).toEqual([])
  })

  test('it says what it holds', () => {
    const { index, work } = newIndex(3)
    index.add(labelsOf(1, 2), rowsOf(RIGHT, UP))
    work()

    expect(index.stats()).toMatchObject({ dimensions: 3, count: 2, deletedShare: 0, pendingCount: 0, graphReady: true })
    expect(index.stats().memoryBytes).toBeGreaterThan(0)
  })

  test('a closed index is empty', () => {
    const { index, work } = newIndex(3)
    index.add(labelsOf(1), rowsOf(RIGHT))
    work()
    index.close()

    expect(index.size).toBe(0)
  })
}
