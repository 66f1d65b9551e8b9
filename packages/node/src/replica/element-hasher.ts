import type { CommitId, DocId } from '@hcfs/core'
import { encodeCbor, ID_BYTES, idToBytes, sha256 } from '@hcfs/core'

/** What a fingerprint covers of one document. */
export interface FingerprintElement {
  readonly docId: DocId
  readonly heads: readonly CommitId[]
  readonly isDeleted: boolean
}

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

/** Bytes of CBOR that begin the element, and each id in it. */
const ARRAY_HEAD_BYTES = 1
const ID_HEAD_BYTES = 2
/** Where in the hashed bytes of a document with one head its parts stand. */
const DOC_AT = BLOCK_BYTES + ARRAY_HEAD_BYTES + ID_HEAD_BYTES
const HEAD_AT = DOC_AT + ID_BYTES + ARRAY_HEAD_BYTES + ID_HEAD_BYTES
const IS_DELETED_AT = HEAD_AT + ID_BYTES
const CBOR_FALSE = 0xf4
const CBOR_TRUE = 0xf5

/**
 * HMAC-SHA-256 (RFC 2104) of the CBOR of an element, from plain hashes: making an `Hmac` object
 * costs ten times what the two hashes cost, and every write needs one.
 */
export class ElementHasher {
  readonly #innerPad: Uint8Array
  /** Padded key and element of a document with one head: only the ids and the last byte change. */
  readonly #usual: Uint8Array
  /** Padded key and inner hash. */
  readonly #outer: Uint8Array

  constructor(key: Uint8Array) {
    if (key.byteLength > BLOCK_BYTES) throw new TypeError(`A fingerprint key has at most ${BLOCK_BYTES} bytes`)
    const noId = new Uint8Array(ID_BYTES)
    this.#innerPad = paddedKey(key, INNER_PAD)
    this.#usual = Buffer.concat([this.#innerPad, encodeCbor([noId, [noId], false])])
    this.#outer = Buffer.concat([paddedKey(key, OUTER_PAD), new Uint8Array(DIGEST_BYTES)])
  }

  hash(element: FingerprintElement): Uint8Array {
    this.#outer.set(sha256(this.#innerOf(element)), BLOCK_BYTES)
    return sha256(this.#outer)
  }

  #innerOf({ docId, heads, isDeleted }: FingerprintElement): Uint8Array {
    const [head, ...others] = heads
    if (head === undefined || others.length > 0) {
      return Buffer.concat([this.#innerPad, encodeCbor([idToBytes(docId), heads.map(idToBytes), isDeleted])])
    }
    this.#usual.set(idToBytes(docId), DOC_AT)
    this.#usual.set(idToBytes(head), HEAD_AT)
    this.#usual[IS_DELETED_AT] = isDeleted ? CBOR_TRUE : CBOR_FALSE
    return this.#usual
  }
}

function paddedKey(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(pad)
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad
  return block
}
