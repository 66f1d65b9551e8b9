import { expect, test } from 'vitest'
import type { NewVectorIndex } from './new-vector-index.ts'
import { labelsOf, rowsOf } from './new-vector-index.ts'

const GOOD = [1, 2, 3]

export function describeRefusals(newIndex: NewVectorIndex): void {
  test.each([
    ['not a number', [1, Number.NaN, 3]],
    ['infinite', [1, 2, Number.POSITIVE_INFINITY]],
    ['minus infinite', [Number.NEGATIVE_INFINITY, 2, 3]],
    ['all zeros', [0, 0, -0]]
  ])('a vector that is %s is refused by name, and nothing of its call is kept', (_, bad) => {
    const { index } = newIndex(3)

    expect(() => index.add(labelsOf(5, 6), rowsOf(GOOD, bad))).toThrow(
      expect.objectContaining({ code: 'VECTOR_INVALID', details: { index: 1, label: 6 } })
    )

    expect(index.size).toBe(0)
    expect(() => index.search(rowsOf(bad), 1)).toThrow(expect.objectContaining({ code: 'VECTOR_INVALID' }))
  })

  test('vectors and queries of another length are refused', () => {
    const { index } = newIndex(3)
    const invalid = expect.objectContaining({ code: 'VECTOR_INVALID' })

    expect(() => index.add(labelsOf(1, 2), rowsOf(GOOD))).toThrow(invalid)
    expect(() => index.add(labelsOf(1), rowsOf([1, 2, 3, 4]))).toThrow(invalid)
    expect(() => index.search(rowsOf([1, 2]), 1)).toThrow(invalid)
  })

  test('what is no typed array is refused, as another thread may send anything', () => {
    const { index } = newIndex(3)
    const invalid = expect.objectContaining({ code: 'VECTOR_INVALID' })
    const text: unknown[] = ['a', {}, null]

    expect(() => Reflect.apply(index.add, index, [labelsOf(1), text])).toThrow(invalid)
    expect(() => Reflect.apply(index.add, index, [[1], rowsOf(GOOD)])).toThrow(invalid)
    expect(() => Reflect.apply(index.search, index, [text, 1])).toThrow(invalid)
  })

  test.each([0, -1, 1.5, Number.NaN])('asking for %s results is a mistake of the program', (k) => {
    expect(() => newIndex(3).index.search(rowsOf(GOOD), k)).toThrow(TypeError)
  })

  test('the largest and the smallest numbers are vectors like others', () => {
    const { index, work } = newIndex(3)
    index.add(labelsOf(1, 2), rowsOf([3e38, 3e38, 0], [0, 0, 1e-45]))
    work()

    expect([...index.search(rowsOf([0, 0, 3e38]), 2).labels]).toEqual([2, 1])
  })
}
