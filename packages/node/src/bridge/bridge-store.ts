import type { DocId } from '@hcfs/core'
import type { EncodedDocument } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'

/** The first byte of a part: Yjs reads one encoding as the other without an error and without the data. */
const ENCODING_BYTE = { v1: 1, v2: 2 } as const satisfies Readonly<Record<EncodedDocument['encoding'], number>>
/** Beyond either the parts become one again. */
const PARTS_MAX = 64
const PART_BYTES_MAX = 65_536

/** What is stored of the bridge of one context: its state, and what was written to it since. */
export class BridgeStore {
  readonly #docId: DocId
  /** The numbers of the parts that are stored. */
  #parts: number[] = []
  #bytesSinceState = 0

  constructor(docId: DocId) {
    this.#docId = docId
  }

  async load(store: Pick<OrderedStore, 'scan'>): Promise<EncodedDocument[]> {
    const states: EncodedDocument[] = []
    this.#parts = []
    for await (const chunk of store.scan(keys.bridgeParts(this.#docId))) {
      for (const [key, value] of chunk) {
        this.#parts.push(keys.parseBridgePart(key))
        states.push({ encoding: value[0] === ENCODING_BYTE.v2 ? 'v2' : 'v1', bytes: value.subarray(1) })
      }
    }
    return states
  }

  /** What to write so that `updates` are stored; `encodeState` is that of the bridge after them. */
  append(updates: readonly Uint8Array[], encodeState: () => EncodedDocument): BridgeWrite {
    const next = (this.#parts.at(-1) ?? -1) + 1
    const bytes = updates.reduce((sum, update) => sum + update.byteLength, this.#bytesSinceState)
    const isBegun = this.#parts.length > 0
    if (isBegun && this.#parts.length + updates.length <= PARTS_MAX && bytes <= PART_BYTES_MAX) {
      const parts = updates.map((_, index) => next + index)
      const operations = updates.map((update, index) => this.#put(next + index, { encoding: 'v1', bytes: update }))
      return { operations, done: () => this.#became([...this.#parts, ...parts], bytes) }
    }
    const operations: StoreOperation[] = this.#parts.map((part) => ({
      type: 'del',
      key: keys.bridgePart(this.#docId, part)
    }))
    operations.push(this.#put(next, encodeState()))
    return { operations, done: () => this.#became([next], 0) }
  }

  #became(parts: number[], bytesSinceState: number): void {
    this.#parts = parts
    this.#bytesSinceState = bytesSinceState
  }

  #put(part: number, { encoding, bytes }: EncodedDocument): StoreOperation {
    const value = new Uint8Array(1 + bytes.byteLength)
    value[0] = ENCODING_BYTE[encoding]
    value.set(bytes, 1)
    return { type: 'put', key: keys.bridgePart(this.#docId, part), value }
  }
}

export interface BridgeWrite {
  readonly operations: readonly StoreOperation[]
  /** To be called once they are stored. */
  readonly done: () => void
}
