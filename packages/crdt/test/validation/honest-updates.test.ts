import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ContextDocument } from '../../src/document/context-document.ts'
import { inCausalOrder } from './causal-order.ts'
import { actions, DOC, imageOf, play, received } from './entry-history.ts'

/*
 * Goal: nothing that an honest peer writes is ever refused, whatever else the
 * receiver holds; and the order in which entries arrive does not matter.
 * Method: peers edit, older versions too, while they receive from each other;
 * `play` validates on each receipt. At the end everything is applied in two
 * random causal orders, each entry validated, and the documents are compared.
 */
test('every update of an honest peer is accepted by every receiver, in every causal order', () => {
  fc.assert(
    fc.property(actions, fc.array(fc.nat(), { minLength: 40 }), (history, choices) => {
      const entries = play(history)
      const asWritten = received(ContextDocument.empty(DOC), entries)
      const shuffled = received(ContextDocument.empty(DOC), inCausalOrder(entries, choices))
      expect(imageOf(shuffled)).toEqual(imageOf(asWritten))
      expect(shuffled.hasPending).toBe(false)
    })
  )
})
