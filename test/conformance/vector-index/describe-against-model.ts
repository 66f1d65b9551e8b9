import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { IndexUnderTest, NewVectorIndex } from './new-vector-index.ts'
import { labelsOf } from './new-vector-index.ts'

const DIMENSIONS = 8
const RUN_COUNT = 60

const vectorArbitrary = fc
  .array(fc.integer({ min: -50, max: 50 }), { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .filter((vector) => vector.some((value) => value !== 0))
const labelArbitrary = fc.integer({ min: 0, max: 30 })

const stepArbitrary = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('add' as const), label: labelArbitrary, vector: vectorArbitrary })
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), label: labelArbitrary }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('work' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('search' as const),
      vector: vectorArbitrary,
      k: fc.integer({ min: 1, max: 40 }),
      allowed: fc.option(fc.uniqueArray(labelArbitrary), { nil: undefined })
    })
  }
)

type Step = typeof stepArbitrary extends fc.Arbitrary<infer Value> ? Value : never
type Search = Extract<Step, { type: 'search' }>
type Model = Map<number, readonly number[]>

/*
 * Goal: whatever was added, replaced and removed, a search gives the best cosines there are.
 * Method: a map of plain arrays and the schoolbook formula. Scores are compared place by place, because two labels
 * whose scores differ by less than the rounding may stand in either order.
 */
export function describeAgainstModel(newIndex: NewVectorIndex): void {
  test('whatever was done before, a search finds what comparing everything finds', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 60 }), (steps) => {
        const subject = newIndex(DIMENSIONS)
        const model: Model = new Map()
        for (const step of steps) take(step, subject, model)
        expect(subject.index.size).toBe(model.size)
      }),
      { numRuns: RUN_COUNT }
    )
  })
}

function take(step: Step, subject: IndexUnderTest, model: Model): void {
  const { index } = subject
  if (step.type === 'add') {
    index.add(labelsOf(step.label), Float32Array.from(step.vector))
    model.set(step.label, step.vector)
  } else if (step.type === 'remove') {
    expect(index.remove(labelsOf(step.label))).toBe(model.delete(step.label) ? 1 : 0)
  } else if (step.type === 'work') {
    subject.work()
  } else {
    compareSearch(step, subject, model)
  }
}

function compareSearch({ vector, k, allowed }: Search, { index, tolerance }: IndexUnderTest, model: Model): void {
  const options = allowed === undefined ? {} : { allowed: labelsOf(...allowed).sort() }
  const { labels, scores } = index.search(Float32Array.from(vector), k, options)

  const candidates = [...model.keys()].filter((label) => allowed?.includes(label) ?? true)
  const best = candidates.map((label) => cosine(model.get(label) ?? [], vector)).sort((a, b) => b - a)
  expect(labels.length).toBe(Math.min(k, best.length))
  expect(new Set(labels).size).toBe(labels.length)
  for (const [place, label] of labels.entries()) {
    expect(candidates).toContain(label)
    expect(Math.abs(scores[place]! - best[place]!)).toBeLessThanOrEqual(tolerance)
    expect(Math.abs(scores[place]! - cosine(model.get(label) ?? [], vector))).toBeLessThanOrEqual(tolerance)
  }
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
  return dot / (Math.hypot(...a) * Math.hypot(...b))
}
