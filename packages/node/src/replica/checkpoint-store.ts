import type { DocId } from '@hcfs/core'
import type { EncodedDocument } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreOperation, StoreReads } from '../storage/ordered-store.ts'
import type { LogPlace } from './commit-log.ts'

/** A document with every entry of it up to a place in the log. */
export interface Checkpoint {
  readonly place: LogPlace
  readonly state: EncodedDocument
}

const ENCODING_BYTE = { v1: 1, v2: 2 } as const satisfies Readonly<Record<EncodedDocument['encoding'], number>>

/**
 * Checkpoints save the replay of a long history. Derived: any of them can be
 * dropped, and the log gives the same document.
 */
export class CheckpointStore {
  readonly #store: StoreReads

  constructor({ store }: { store: StoreReads }) {
    this.#store = store
  }

  write(docId: DocId, { place, state }: Checkpoint): StoreOperation {
    // The encoding goes with the bytes: Yjs reads one kind as the other without an error and without the data.
    const value = new Uint8Array(1 + state.bytes.byteLength)
    value[0] = ENCODING_BYTE[state.encoding]
    value.set(state.bytes, 1)
    const key = keys.checkpoint(docId, place)
    return { type: 'put', key, value }
  }

  /** The newest checkpoint that holds nothing at or behind `end`; without `end` the newest of all. */
  async newestBefore(docId: DocId, end: LogPlace | undefined): Promise<Checkpoint | undefined> {
    const range = keys.checkpointRange(docId)
    const upper = end === undefined ? {} : { lt: keys.checkpoint(docId, end) }
    for await (const chunk of this.#store.scan({ ...range, ...upper, reverse: true, limit: 1 })) {
      for (const [key, value] of chunk) return this.#read(key, value)
    }
    return undefined
  }

  at(docId: DocId, place: LogPlace): Checkpoint | undefined {
    const key = keys.checkpoint(docId, place)
    const value = this.#store.getSync(key)
    return value === undefined ? undefined : this.#read(key, value)
  }

  #read(key: string, value: Uint8Array): Checkpoint {
    return {
      place: keys.parseCheckpointKey(key),
      state: { encoding: value[0] === ENCODING_BYTE.v2 ? 'v2' : 'v1', bytes: value.subarray(1) }
    }
  }
}
