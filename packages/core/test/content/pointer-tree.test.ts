import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keys } from '../../../../test/support/content-arbitraries.ts'
import { doConflict } from '../../src/content/json-pointer.ts'
import { PointerTree } from '../../src/content/pointer-tree.ts'

/*
 * Goal: the tree finds and takes what a search through all items finds.
 * Method: random insertions and removals on the tree and on a plain list.
 */
test('a pointer tree finds the same conflicts as a search through all items', () => {
  const step = fc.record({ keys, take: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const tree = new PointerTree<number>()
      let list: { keys: readonly string[]; item: number }[] = []
      for (const [item, { keys, take }] of steps.entries()) {
        const inConflict = list.filter((each) => doConflict(each.keys, keys))
        expect(tree.hasConflict(keys)).toBe(inConflict.length > 0)
        if (take) {
          expect(tree.takeConflicting(keys).sort(byNumber)).toEqual(inConflict.map((each) => each.item))
          list = list.filter((each) => !doConflict(each.keys, keys))
        } else {
          tree.insert(keys, item)
          list.push({ keys, item })
        }
        expect(tree.has(keys)).toBe(list.some((each) => keys.every((key, index) => each.keys[index] === key)))
      }
    })
  )
})

test('an object exists by its leaves', () => {
  const tree = new PointerTree<number | undefined>()
  tree.insert(['a', 'x'], 1)
  tree.insert(['b', 'y'], undefined)
  expect(tree.toJsonObject((value) => value)).toEqual({ a: { x: 1 } })
})

test('__proto__ is a key like any other', () => {
  const tree = new PointerTree<number>()
  tree.insert(['__proto__', 'polluted'], 1)
  const json = tree.toJsonObject((value) => value)
  expect(JSON.stringify(json)).toBe('{"__proto__":{"polluted":1}}')
  expect(Object.getPrototypeOf(json)).toBe(Object.prototype)
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

function byNumber(left: number, right: number): number {
  return left - right
}
