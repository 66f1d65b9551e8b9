import { createHmac } from 'node:crypto'
import { commitId, docId, encodeCbor, idToBytes, sha256Hex } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FingerprintElement } from '../../src/replica/element-hasher.ts'
import { FingerprintTrie } from '../../src/replica/fingerprint-trie.ts'

const KEY = new Uint8Array(32).fill(7)
const MODULUS = 2n ** 256n

const idText = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const element = fc.record({
  // Few documents, so that leaves are shared.
  docId: fc.constantFrom('00aa', '00ab', 'ff00').map((start) => docId(start.repeat(16))),
  heads: fc.array(
    idText.map((text) => commitId(text)),
    { maxLength: 3 }
  ),
  isDeleted: fc.boolean()
})

/** RFC 2104 by Node, and sums by BigInt: nothing of the trie's own arithmetic. */
function sumOf(elements: readonly FingerprintElement[]): string {
  const sum = elements.reduce((total, { docId: id, heads, isDeleted }) => {
    const bytes = encodeCbor([idToBytes(id), heads.map((head) => idToBytes(head)), isDeleted])
    return (total + BigInt(`0x${createHmac('sha256', KEY).update(bytes).digest('hex')}`)) % MODULUS
  }, 0n)
  return sum.toString(16).padStart(64, '0')
}

test('root and leaves are the sums of what was added and not removed', () => {
  fc.assert(
    fc.property(fc.array(element), fc.array(element), (kept, removed) => {
      const trie = new FingerprintTrie(KEY)
      for (const each of [...kept, ...removed]) trie.add(each)
      for (const each of removed) trie.remove(each)
      const { sum, count } = trie.root()
      expect([Buffer.from(sum).toString('hex'), count]).toEqual([sumOf(kept), kept.length])
      for (const [leaf, value] of trie.leaves()) {
        const own = kept.filter((each) => Number.parseInt(each.docId.slice(0, 4), 16) === leaf)
        expect(Buffer.from(value.subarray(0, 32)).toString('hex')).toBe(sumOf(own))
      }
    })
  )
})

test('what was stored of the changed leaves gives the same trie', () => {
  fc.assert(
    fc.property(fc.array(fc.array(element)), (groups) => {
      const trie = new FingerprintTrie(KEY)
      const stored = new Map<number, Uint8Array>()
      for (const group of groups) {
        for (const each of group) trie.add(each)
        for (const [leaf, value] of trie.takeChanged()) stored.set(leaf, value)
      }
      const loaded = new FingerprintTrie(KEY)
      loaded.load(stored)
      expect(loaded.root()).toEqual(trie.root())
      expect(loaded.leaves()).toEqual(trie.leaves())
    })
  )
})

test('a document that was added may be covered, also when others were removed and after loading', () => {
  fc.assert(
    fc.property(fc.array(element), fc.array(element), (kept, removed) => {
      const trie = new FingerprintTrie(KEY)
      for (const each of [...kept, ...removed]) trie.add(each)
      for (const each of removed) trie.remove(each)
      const loaded = new FingerprintTrie(KEY)
      loaded.load(trie.takeChanged())
      for (const { docId: id } of [...kept, ...removed])
        expect([trie.mayCover(id), loaded.mayCover(id)]).toEqual([true, true])
    })
  )
})

test('a count goes beyond one byte, and back', () => {
  const trie = new FingerprintTrie(KEY)
  const element = { docId: docId('00aa'.repeat(16)), heads: [], isDeleted: false }
  for (let count = 0; count < 300; count += 1) trie.add(element)
  expect(trie.root().count).toBe(300)
  for (let count = 0; count < 45; count += 1) trie.remove(element)
  expect(trie.root().count).toBe(255)
})

test('a document that was only seen counts for no sum, and stays seen', () => {
  const trie = new FingerprintTrie(KEY)
  const id = docId('00aa'.repeat(16))
  trie.see(id)
  const loaded = new FingerprintTrie(KEY)
  loaded.load(trie.leaves())
  expect([trie.mayCover(id), loaded.mayCover(id)]).toEqual([true, true])
  expect(loaded.root()).toEqual(new FingerprintTrie(KEY).root())
})

test('of a thousand documents that were never added nearly all are known to be new', () => {
  const named = (name: string) => docId(sha256Hex(new TextEncoder().encode(name)))
  const trie = new FingerprintTrie(KEY)
  for (let index = 0; index < 20_000; index += 1) trie.add({ docId: named(`${index}`), heads: [], isDeleted: false })
  const mistaken = Array.from({ length: 1_000 }, (_, index) => named(`new ${index}`)).filter((id) => trie.mayCover(id))
  expect(mistaken.length).toBeLessThan(20)
})
