import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FloatRows } from '../../src/rows/float-rows.ts'
import { Int8Rows } from '../../src/rows/int8-rows.ts'
import { CHUNK_ROWS } from '../../src/rows/row-store.ts'
import { unitVector } from '../../src/rows/vector-length.ts'
import { labelsFrom, RandomVectors } from '../random-vectors.ts'

const component = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1_000, max: 1_000 })

function vectorsOf(dimensions: number): fc.Arbitrary<Float32Array> {
  return fc
    .array(component, { minLength: dimensions, maxLength: dimensions })
    .map((values) => Float32Array.from(values))
    .filter((vector) => vector.some((value) => Math.abs(value) > 1e-3))
}

const pair = fc
  .integer({ min: 1, max: 40 })
  .chain((dimensions) => fc.tuple(vectorsOf(dimensions), vectorsOf(dimensions)))

test('rounding to int8 moves a score by no more than the levels are apart', () => {
  fc.assert(
    fc.property(pair, fc.nat({ max: 2 * CHUNK_ROWS }), ([vector, query], slot) => {
      const rounded = new Int8Rows(vector.length)
      rounded.write(slot, vector, 0)
      const unit = unitVector(vector)
      const largest = Math.max(...unit.map(Math.abs))

      const bound = (largest * Math.sqrt(vector.length)) / 127 + 1e-5
      expect(Math.abs(rounded.dot(slot, unitVector(query)) - cosine(vector, query))).toBeLessThanOrEqual(bound)
      expect(Math.abs(rounded.dot(slot, unit))).toBeLessThanOrEqual(1 + 1e-5)
    })
  )
})

test('float32 gives the cosine', () => {
  fc.assert(
    fc.property(pair, fc.nat({ max: 2 * CHUNK_ROWS }), ([vector, query], slot) => {
      const rows = new FloatRows(vector.length)
      rows.write(slot, vector, 0)

      expect(rows.dot(slot, unitVector(query))).toBeCloseTo(cosine(vector, query), 5)
    })
  )
})

test.each([
  ['float32', (dimensions: number) => new FloatRows(dimensions), 4],
  ['int8', (dimensions: number) => new Int8Rows(dimensions), 1]
] as const)('%s rows come back from their packed form, across chunks', (_, newRows, componentBytes) => {
  const count = CHUNK_ROWS + 10
  const vectors = new RandomVectors({ shape: 'noise', dimensions: 6, seed: 3 })
  const rows = newRows(6)
  const written = vectors.rows(count)
  for (let slot = 0; slot < count; slot += 1) rows.write(slot, written, slot * 6)
  const slots = labelsFrom(5, count - 5)

  const restored = newRows(6)
  restored.unpack(rows.pack(slots), slots.length)

  const query = unitVector(vectors.one())
  expect(Array.from(slots, (_slot, index) => restored.dot(index, query))).toEqual(
    Array.from(slots, (slot) => rows.dot(slot, query))
  )
  expect(rows.memoryBytes).toBeGreaterThanOrEqual(count * 6 * componentBytes)
})

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, at) => sum + value * b[at]!, 0)
  return dot / (Math.hypot(...a) * Math.hypot(...b))
}
