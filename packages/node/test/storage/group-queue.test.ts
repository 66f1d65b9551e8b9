import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Footprint } from '../../src/storage/group-queue.ts'
import { GroupQueue } from '../../src/storage/group-queue.ts'

interface Queued {
  readonly name: number
  readonly footprint: Footprint
}

const footprintArbitrary: fc.Arbitrary<Footprint> = fc.record({
  keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 }),
  entries: fc.integer({ min: 1, max: 4 }),
  bytes: fc.nat({ max: 50 })
})

/** The rules said once more, without any thought for speed. */
function takeSlowly(items: readonly Queued[], busyKeys: ReadonlySet<string>): Queued[] {
  const taken: Queued[] = []
  for (const [index, item] of items.entries()) {
    const sum = (part: (footprint: Footprint) => number): number =>
      [...taken, item].reduce((total, { footprint }) => total + part(footprint), 0)
    const isTooMuch = sum(({ entries }) => entries) > 6 || sum(({ bytes }) => bytes) > 100
    if (taken.length === 4 || (taken.length > 0 && isTooMuch)) break
    const keysBefore = items.slice(0, index).flatMap(({ footprint }) => footprint.keys)
    if (!item.footprint.keys.some((key) => keysBefore.includes(key) || busyKeys.has(key))) taken.push(item)
  }
  return taken
}

test('groups are those that the rules give, and nothing is lost or doubled', () => {
  const busyArbitrary = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'))
  fc.assert(
    fc.property(
      fc.array(footprintArbitrary, { maxLength: 20 }),
      fc.array(busyArbitrary, { maxLength: 6 }),
      (footprints, turns) => {
        const queue = new GroupQueue<Queued>()
        let expected = footprints.map((footprint, name) => ({ name, footprint }))
        for (const item of expected) queue.add(item)
        for (const busy of turns) {
          const busyKeys = new Set(busy)
          const group = takeSlowly(expected, busyKeys)
          expect(queue.take({ itemsMax: 4, entriesMax: 6, bytesMax: 100, busyKeys })).toEqual(group)
          expected = expected.filter((item) => !group.includes(item))
          expect(queue.waiting()).toEqual(expected)
          expect(queue.bytes).toBe(expected.reduce((sum, { footprint }) => sum + footprint.bytes, 0))
        }
      }
    )
  )
})

test('an item leaves once, by being removed or by being taken', () => {
  const queue = new GroupQueue<Queued>()
  const [first, second] = [1, 2].map((name) => ({ name, footprint: { keys: [], entries: 1, bytes: 7 } }))
  queue.add(first!)
  queue.add(second!)
  expect(queue.remove(first!)).toBe(true)
  expect(queue.remove(first!)).toBe(false)
  expect(queue.bytes).toBe(7)
  expect(queue.drain()).toEqual([second])
  expect(queue.count).toBe(0)
  expect(queue.remove(second!)).toBe(false)
})
