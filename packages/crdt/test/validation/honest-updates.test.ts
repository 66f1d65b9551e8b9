import type { DraftOperation } from '@hcfs/core'
import { deviceId, FORMAT_LIMITS, hybridTime } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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

/*
 * What an edit may hold and what an update may hold are limited in two places;
 * an edit that its own node lets pass must pass everywhere.
 */
describe('a receiver accepts the largest edits that a writer lets pass', () => {
  const { updateSiblingsMax, updateStructsMax } = FORMAT_LIMITS
  const insertion = (index: number): DraftOperation => ({ kind: 'body.insert', at: 0, text: `${index} ` })
  const field = (index: number): DraftOperation => ({ kind: 'field.set', keys: [`k${index}`], value: index })

  test.each([
    ['as many insertions at one place as may be', updateSiblingsMax, insertion],
    ['one insertion more', updateSiblingsMax + 1, insertion],
    ['as many fields as may be', updateStructsMax, field]
  ])('%s', (_what, count, operation) => {
    const [here, there] = [ContextDocument.empty(DOC), ContextDocument.empty(DOC)]
    const origin = { writer: { author: deviceId('ab'.repeat(32)), incarnation: 1 }, hlc: hybridTime(1) }
    const first = there.edit([{ kind: 'body.insert', at: 0, text: 'text' }], origin)
    received(here, [{ ...first!, ...origin, base: new Map(), past: new Set() }])

    const later = { ...origin, hlc: hybridTime(2) }
    const base = there.stateVector()
    const edit = there.edit(
      Array.from({ length: count }, (_, index) => operation(index)),
      later
    )
    received(here, [{ ...edit!, ...later, base, past: new Set() }])

    expect(imageOf(here)).toEqual(imageOf(there))
  })
})
