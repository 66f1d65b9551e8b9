import { docId } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addSum,
  childSums,
  differingChildren,
  isChildSums,
  leafOf,
  subtractSum
} from '../../src/reconcile/trie-sums.ts'

const sum = fc.uint8Array({ minLength: 32, maxLength: 32 })
const leaves = fc.dictionary(fc.integer({ min: 0, max: 0xffff }).map(String), sum, {
  maxKeys: 40,
  noNullPrototype: true
})

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)

test('sums are those of numbers modulo 2^256', () => {
  fc.assert(
    fc.property(sum, sum, (left, right) => {
      const total = Uint8Array.from(left)
      addSum(total, right)
      expect(numberOf(total)).toBe((numberOf(left) + numberOf(right)) % 2n ** 256n)

      subtractSum(total, right)
      expect(total).toEqual(left)
    })
  )
})

test('a leaf is named by the first four digits of a document', () => {
  expect(leafOf(docId(`00ff${'7'.repeat(60)}`))).toBe(255)
})

test.each([1, 2] as const)('going down %i digits at a time finds exactly the leaves that differ', (step) => {
  fc.assert(
    fc.property(leaves, leaves, (own, others) => {
      const theirs = { ...own, ...others }
      let prefixes = [0]
      for (let depth = 0; depth < 4; depth += step) {
        const question = { depth, step, prefixes }
        const [left, right] = [own, theirs].map((all) => childSums(question, (leaf) => all[leaf]))
        prefixes = differingChildren(question, left!, right!)
      }

      const differing = Object.keys(theirs).filter((leaf) => own[leaf]?.join() !== theirs[leaf]?.join())
      expect(prefixes).toEqual(differing.map(Number).sort((a, b) => a - b))
    })
  )
})

test('children that are empty take no more than a flag', () => {
  const [node] = childSums({ depth: 3, step: 1, prefixes: [2] }, (leaf) =>
    leaf === 0x2f ? new Uint8Array(32).fill(9) : undefined
  )

  expect(node).toEqual(Uint8Array.of(0, 0x80, ...new Uint8Array(16).fill(9)))
})

test('bytes that are cut off or too long are no sums', () => {
  const [node] = childSums({ depth: 3, step: 1, prefixes: [2] }, () => new Uint8Array(32))

  expect(isChildSums(node!, 1)).toBe(true)
  expect(isChildSums(node!.subarray(1), 1)).toBe(false)
  expect(isChildSums(Uint8Array.of(...node!, 1), 1)).toBe(false)
  expect(isChildSums(new Uint8Array(1), 2)).toBe(false)
})
