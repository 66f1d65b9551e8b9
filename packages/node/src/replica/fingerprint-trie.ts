import type { CommitId, DocId } from '@hcfs/core'
import { encodeCbor, idToBytes, sha256 } from '@hcfs/core'

const SUM_BYTES = 32
const COUNT_BYTES = 4
const BLOCK_BYTES = 64
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c
/** Of a document with two heads. */
const ELEMENT_BYTES_USUAL = 128
const SEEN_BYTES = 8
const SEEN_AT = SUM_BYTES + COUNT_BYTES
/** One stored leaf: the sum, how many documents it covers, and which of its 64 parts have one. */
const LEAF_BYTES = SEEN_AT + SEEN_BYTES

/** What a fingerprint covers of one document. */
export interface FingerprintElement {
  readonly docId: DocId
  readonly heads: readonly CommitId[]
  readonly isDeleted: boolean
}

/**
 * The sums by which two replicas find out what they do not share.
 *
 * 1. A leaf is the sum modulo 2^256 of its documents' element hashes, and their
 *    count. Sums, because an element that is added twice must show; the exclusive
 *    or of two equal elements would vanish.
 * 2. An element is an HMAC under the network's fingerprint key, so that nobody
 *    outside can search for sets of documents that collide.
 * 3. A document is in one of the 64 parts of its leaf. What was added once stays seen: documents
 *    never leave, and a new one is known to be new without asking the disk.
 * 4. Changes are made when a batch is prepared, and stored with that batch. When
 *    a batch fails the caller loads all leaves anew.
 *
 * Knows nothing of storage: `takeChanged` gives what to store, `load` takes it back.
 */
export class FingerprintTrie {
  readonly #hasher: ElementHasher
  readonly #leaves = new Map<number, Uint8Array>()
  readonly #changed = new Set<number>()

  constructor(fingerprintKey: Uint8Array) {
    this.#hasher = new ElementHasher(fingerprintKey)
  }

  add(element: FingerprintElement): void {
    const leaf = this.#changedLeaf(element.docId)
    addInto(leaf, this.#hasher.hash(element), 1)
    const part = partOf(element.docId)
    leaf[SEEN_AT + (part >> 3)]! |= 1 << (part & 7)
  }

  remove(element: FingerprintElement): void {
    subtractFrom(this.#changedLeaf(element.docId), this.#hasher.hash(element))
  }

  /** False only for a document that was never added. Of 100,000 documents it errs for one new one in 40. */
  mayCover(docId: DocId): boolean {
    const leaf = this.#leaves.get(leafOf(docId))
    if (leaf === undefined) return false
    const part = partOf(docId)
    return (leaf[SEEN_AT + (part >> 3)]! & (1 << (part & 7))) !== 0
  }

  /** The leaves that changed since the last call, as they are to be stored. */
  takeChanged(): [leaf: number, value: Uint8Array][] {
    const changed = [...this.#changed].map((leaf): [number, Uint8Array] => [leaf, this.#leafAt(leaf).slice()])
    this.#changed.clear()
    return changed
  }

  /** Forgets everything and takes these leaves. */
  load(leaves: Iterable<readonly [leaf: number, value: Uint8Array]>): void {
    this.#leaves.clear()
    this.#changed.clear()
    for (const [leaf, value] of leaves) {
      if (value.byteLength !== LEAF_BYTES)
        throw new TypeError(`A leaf has ${LEAF_BYTES} bytes, not ${value.byteLength}`)
      this.#leaves.set(leaf, Uint8Array.from(value))
    }
  }

  /** Leaves that cover at least one document, in order. */
  leaves(): [leaf: number, value: Uint8Array][] {
    return [...this.#leaves].filter(([, value]) => countOf(value) > 0).sort(([a], [b]) => a - b)
  }

  /** Equal on two replicas that hold the same heads of the same documents. */
  root(): { sum: Uint8Array; count: number } {
    const total = new Uint8Array(LEAF_BYTES)
    for (const value of this.#leaves.values()) addInto(total, value.subarray(0, SUM_BYTES), countOf(value))
    return { sum: total.subarray(0, SUM_BYTES), count: countOf(total) }
  }

  /** As a leaf is stored that covers nothing. */
  emptyLeaf(): Uint8Array {
    return new Uint8Array(LEAF_BYTES)
  }

  #changedLeaf(docId: DocId): Uint8Array {
    const leaf = leafOf(docId)
    this.#changed.add(leaf)
    return this.#leafAt(leaf)
  }

  #leafAt(leaf: number): Uint8Array {
    const known = this.#leaves.get(leaf)
    if (known !== undefined) return known
    const empty = new Uint8Array(LEAF_BYTES)
    this.#leaves.set(leaf, empty)
    return empty
  }
}

/** A leaf is named by the first two bytes of the ids of its documents. */
function leafOf(docId: DocId): number {
  return Number.parseInt(docId.slice(0, 4), 16)
}

/** And a part of its leaf by the next six bits. */
function partOf(docId: DocId): number {
  return Number.parseInt(docId.slice(4, 6), 16) >> 2
}

/**
 * HMAC-SHA-256 (RFC 2104) from plain hashes: making an `Hmac` object costs ten
 * times what the two hashes cost, and every write needs one.
 */
class ElementHasher {
  /** Each begins with the padded key; what is hashed follows. */
  #inner: Uint8Array
  readonly #outer: Uint8Array

  constructor(key: Uint8Array) {
    if (key.byteLength > BLOCK_BYTES) throw new TypeError(`A fingerprint key has at most ${BLOCK_BYTES} bytes`)
    this.#inner = paddedKey(key, { pad: INNER_PAD, room: ELEMENT_BYTES_USUAL })
    this.#outer = paddedKey(key, { pad: OUTER_PAD, room: SUM_BYTES })
  }

  hash({ docId, heads, isDeleted }: FingerprintElement): Uint8Array {
    const element = encodeCbor([idToBytes(docId), heads.map(idToBytes), isDeleted])
    const end = BLOCK_BYTES + element.length
    if (end > this.#inner.length) this.#inner = Buffer.concat([this.#inner.subarray(0, BLOCK_BYTES), element])
    else this.#inner.set(element, BLOCK_BYTES)
    this.#outer.set(sha256(this.#inner.subarray(0, end)), BLOCK_BYTES)
    return sha256(this.#outer)
  }
}

function paddedKey(key: Uint8Array, { pad, room }: { pad: number; room: number }): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES + room).fill(pad, 0, BLOCK_BYTES)
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad
  return block
}

function countOf(leaf: Uint8Array): number {
  return new DataView(leaf.buffer, leaf.byteOffset).getUint32(SUM_BYTES)
}

function setCount(leaf: Uint8Array, count: number): void {
  new DataView(leaf.buffer, leaf.byteOffset).setUint32(SUM_BYTES, count)
}

function addInto(leaf: Uint8Array, hash: Uint8Array, count: number): void {
  let carry = 0
  for (let index = SUM_BYTES - 1; index >= 0; index -= 1) {
    const sum = leaf[index]! + hash[index]! + carry
    leaf[index] = sum & 0xff
    carry = sum >> 8
  }
  setCount(leaf, countOf(leaf) + count)
}

function subtractFrom(leaf: Uint8Array, hash: Uint8Array): void {
  let borrow = 0
  for (let index = SUM_BYTES - 1; index >= 0; index -= 1) {
    const difference = leaf[index]! - hash[index]! - borrow
    leaf[index] = difference & 0xff
    borrow = difference < 0 ? 1 : 0
  }
  setCount(leaf, countOf(leaf) - 1)
}
