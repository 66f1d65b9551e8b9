import type { DocId } from '@hcfs/core'
import type { TrieQuestion } from './sync-source.ts'

export const SUM_BYTES = 32
/** How much of a sum travels. The low part of a sum is the sum of the low parts. */
export const SENT_SUM_BYTES = 16
/** Hexadecimal digits of a document's id that name its leaf. */
export const LEAF_DEPTH = 4
const DIGIT_BITS = 4

/** A leaf is named by the first two bytes of the ids of its documents. */
export function leafOf(docId: DocId): number {
  return Number.parseInt(docId.slice(0, LEAF_DEPTH), 16)
}

/** Modulo 2^256. */
export function addSum(sum: Uint8Array, term: Uint8Array): void {
  let carry = 0
  for (let index = SUM_BYTES - 1; index >= 0; index -= 1) {
    const total = sum[index]! + term[index]! + carry
    sum[index] = total & 0xff
    carry = total >> 8
  }
}

export function subtractSum(sum: Uint8Array, term: Uint8Array): void {
  let borrow = 0
  for (let index = SUM_BYTES - 1; index >= 0; index -= 1) {
    const difference = sum[index]! - term[index]! - borrow
    sum[index] = difference & 0xff
    borrow = difference < 0 ? 1 : 0
  }
}

/** How many children a node has at a step, and how many bytes say which of them are not empty. */
export function childrenAt(step: 1 | 2): { count: number; flagBytes: number } {
  const count = 1 << (DIGIT_BITS * step)
  return { count, flagBytes: count >> 3 }
}

/**
 * The children of each prefix: a flag for each, and the low 16 bytes of the sums
 * of those that are not empty. `leafSum` is `undefined` for a leaf that covers nothing.
 */
export function childSums(
  { depth, step, prefixes }: TrieQuestion,
  leafSum: (leaf: number) => Uint8Array | undefined
): Uint8Array[] {
  const leavesPerChild = 1 << (DIGIT_BITS * (LEAF_DEPTH - depth - step))
  const { count } = childrenAt(step)
  return prefixes.map((prefix) => {
    const sums = Array.from({ length: count }, (_, child) => {
      const first = (prefix * count + child) * leavesPerChild
      return sumOfLeaves(first, leavesPerChild, leafSum)
    })
    return packChildren(sums, step)
  })
}

/** Prefixes one `step` further down whose sums differ. Both sides answered the same question. */
export function differingChildren(
  { step, prefixes }: TrieQuestion,
  own: readonly Uint8Array[],
  theirs: readonly Uint8Array[]
): number[] {
  const { count } = childrenAt(step)
  const differing: number[] = []
  for (const [index, prefix] of prefixes.entries()) {
    const [left, right] = [unpackChildren(own[index]!, step), unpackChildren(theirs[index]!, step)]
    for (let child = 0; child < count; child += 1) {
      if (!areEqual(left[child], right[child])) differing.push(prefix * count + child)
    }
  }
  return differing
}

/** Whether bytes of a peer have the form that `childSums` gives. */
export function isChildSums(node: Uint8Array, step: 1 | 2): boolean {
  const { flagBytes } = childrenAt(step)
  if (node.length < flagBytes) return false
  let filled = 0
  for (const byte of node.subarray(0, flagBytes)) filled += bitsIn(byte)
  return node.length === flagBytes + filled * SENT_SUM_BYTES
}

function sumOfLeaves(
  first: number,
  count: number,
  leafSum: (leaf: number) => Uint8Array | undefined
): Uint8Array | undefined {
  let total: Uint8Array | undefined
  for (let leaf = first; leaf < first + count; leaf += 1) {
    const sum = leafSum(leaf)
    if (sum === undefined) continue
    total ??= new Uint8Array(SUM_BYTES)
    addSum(total, sum)
  }
  return total
}

function packChildren(sums: readonly (Uint8Array | undefined)[], step: 1 | 2): Uint8Array {
  const { flagBytes } = childrenAt(step)
  const filled = sums.filter((sum) => sum !== undefined)
  const packed = new Uint8Array(flagBytes + filled.length * SENT_SUM_BYTES)
  for (const [child, sum] of sums.entries()) if (sum !== undefined) packed[child >> 3]! |= 1 << (child & 7)
  for (const [index, sum] of filled.entries())
    packed.set(sum.subarray(SUM_BYTES - SENT_SUM_BYTES), flagBytes + index * SENT_SUM_BYTES)
  return packed
}

function unpackChildren(node: Uint8Array, step: 1 | 2): (Uint8Array | undefined)[] {
  const { count, flagBytes } = childrenAt(step)
  let at = flagBytes
  return Array.from({ length: count }, (_, child) => {
    if ((node[child >> 3]! & (1 << (child & 7))) === 0) return undefined
    at += SENT_SUM_BYTES
    return node.subarray(at - SENT_SUM_BYTES, at)
  })
}

function areEqual(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return left.every((byte, index) => byte === right[index])
}

function bitsIn(byte: number): number {
  let bits = 0
  for (let rest = byte; rest > 0; rest &= rest - 1) bits += 1
  return bits
}
