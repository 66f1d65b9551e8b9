import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlotSet } from '../../src/rows/slot-set.ts'

test('it holds what a Set holds', () => {
  const change = fc.record({ isAdded: fc.boolean(), slot: fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 5_000 })) })
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const slots = new SlotSet()
      const model = new Set<number>()
      for (const { isAdded, slot } of changes) {
        if (isAdded) slots.add(slot)
        else slots.delete(slot)
        if (isAdded) model.add(slot)
        else model.delete(slot)
      }

      expect(new Set(slots.slots())).toEqual(model)
      expect(slots.size).toBe(model.size)
      expect(slots.slots().length).toBe(model.size)
      for (const { slot } of changes) expect(slots.has(slot)).toBe(model.has(slot))
    })
  )
})
