import fc from 'fast-check'
import { expect, test } from 'vitest'
import { itemsOf } from '../../src/document/document-items.ts'
import { inCausalOrder } from './causal-order.ts'
import type { Insertion } from './letter-history.ts'
import { chosen, lettersOf, play } from './letter-history.ts'
import { yjsWith } from './scene.ts'

/* As `text-order.test.ts`, with longer texts and many more of them. */
test('what passes ends in one text, a hundred thousand times', () => {
  const letters = fc.array(chosen, { minLength: 2, maxLength: 24 })
  fc.assert(
    fc.property(letters, fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), (choices, order) => {
      const history = play(choices)
      expect(textOf(inCausalOrder(history, order))).toEqual(textOf(history))
    }),
    { numRuns: 100_000 }
  )
})

function textOf(history: readonly Insertion[]) {
  return lettersOf(itemsOf(yjsWith(...history.map(({ update }) => update))))
}
