import type { CommitId, ContextPath } from '@hcfs/core'
import { ByteSlab, HcfsError } from '@hcfs/core'
import type { Commit, CommitEntry, EntryVoid, SignedHeader } from '@hcfs/crdt'
import { decodeEntry, encodeCommit, readSignedHeader } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { StoreOperation, StoreReads } from '../storage/ordered-store.ts'
import type { ReceivedBytes } from './received-commit.ts'
import type { Voids } from './void-record.ts'
import { readVoids } from './void-record.ts'

/** Where an entry stands in the log of this node: the commit's place, then the entry's place in it. */
export interface LogPlace {
  readonly position: number
  readonly index: number
}

/** One entry with the bytes that its commit does not hold. */
export interface LoggedEntry extends LogPlace {
  readonly entry: CommitEntry
  readonly entryBytes: Uint8Array
  /** Empty for entries that carry none, and for void ones whose payload never came. */
  readonly payload: Uint8Array
  /** Why it has no effect; absent when it applies. */
  readonly voided?: EntryVoid
}

export interface LoggedCommit {
  readonly position: number
  readonly signed: SignedHeader
  readonly entries: readonly LoggedEntry[]
}

export interface CommitLogComponents {
  store: StoreReads
}

export interface CommitsOptions {
  /** Starts with the first commit behind this position. */
  after: number
  /** Ends with this position. Left out: with the last one that is stored. */
  upTo?: number
  signal?: AbortSignal
}

const SIGNATURE_BYTES = 64
const LENGTH_BYTES = 4
export const NO_PAYLOAD: Uint8Array = new Uint8Array(0)

/** Records live until their batch is made. */
const records = new ByteSlab()

/**
 * The commits of this node in the order in which it applied them. A commit's
 * header and each of its entries, with its payload, are records of their own
 * under neighbouring keys: one entry is read without the others, and a commit
 * is one short scan.
 *
 * Positions grow by one a commit and are this node's own; they are never sent.
 */
export class CommitLog {
  readonly #store: StoreReads

  constructor({ store }: CommitLogComponents) {
    this.#store = store
  }

  /** What to write to append a commit, in one batch with everything that follows from it. */
  append(position: number, commit: Commit, payloads: readonly Uint8Array[]): StoreOperation[] {
    const header = joinBytes(commit.signature, commit.headerBytes)
    const operations: StoreOperation[] = [
      putOperation(keys.logHeader(position), header),
      putOperation(keys.commitPosition(commit.id), String(position))
    ]
    for (const [index, entryBytes] of commit.entryBytes.entries()) {
      operations.push(
        putOperation(keys.logEntry(position, index), entryRecord(entryBytes, payloads[index] ?? NO_PAYLOAD))
      )
    }
    return operations
  }

  /** `undefined` when this node does not hold the commit. */
  positionOf(id: CommitId): number | undefined {
    const key = keys.commitPosition(id)
    const stored = this.#store.getTextSync(key)
    return stored === undefined ? undefined : Number(stored)
  }

  header(position: number): SignedHeader {
    const key = keys.logHeader(position)
    return this.#readHeader(key, this.#store.getSync(key))
  }

  entry({ position, index }: LogPlace): LoggedEntry {
    const key = keys.logEntry(position, index)
    return this.#readEntry({ position, index }, this.#store.getSync(key))
  }

  /** The entries of a commit that have no effect. */
  voidsAt(position: number): Voids {
    return readVoids(this.#store, position)
  }

  /** The entry of one context in a commit; `undefined` when the commit is not here or has none. */
  entryOf(id: CommitId, path: ContextPath): LoggedEntry | undefined {
    const position = this.positionOf(id)
    if (position === undefined) return undefined
    const { entryCount } = this.header(position).header
    for (let index = 0; index < entryCount; index += 1) {
      const logged = this.entry({ position, index })
      if (logged.entry.path === path) return logged
    }
    return undefined
  }

  /** Whole commits in order, up to what the log holds now. */
  async *commits({ after, upTo, signal }: CommitsOptions): AsyncIterable<LoggedCommit> {
    let open: { position: number; signed: SignedHeader; entries: LoggedEntry[]; voids: Voids } | undefined
    const range = keys.logRange(after + 1, upTo)
    for await (const chunk of this.#store.scan({ ...range, ...(signal === undefined ? {} : { signal }) })) {
      for (const [key, value] of chunk) {
        const place = keys.parseLogKey(key)
        if (place.index === undefined) {
          if (open !== undefined) yield open
          const { position } = place
          open = { position, signed: this.#readHeader(key, value), entries: [], voids: this.voidsAt(position) }
        } else {
          const entry = this.#readEntry({ position: place.position, index: place.index }, value)
          const voided = open?.voids.get(place.index)
          open?.entries.push(voided === undefined ? entry : { ...entry, voided })
        }
      }
    }
    if (open !== undefined) yield open
  }

  /** Whole commits as another replica takes them, with the position to go on from. */
  async *handedOver(options: CommitsOptions): AsyncIterable<ReceivedBytes & { readonly position: number }> {
    for await (const { position, signed, entries } of this.commits(options)) {
      const commit = encodeCommit({
        ...signed,
        entries: entries.map(({ entry }) => entry),
        entryBytes: entries.map(({ entryBytes }) => entryBytes)
      })
      yield { position, commit, payloads: entries.map(({ payload }) => payload) }
    }
  }

  #readHeader(key: string, value: Uint8Array | undefined): SignedHeader {
    if (value === undefined) throw missingRecord(key)
    return readSignedHeader(value.subarray(SIGNATURE_BYTES), value.subarray(0, SIGNATURE_BYTES))
  }

  #readEntry({ position, index }: LogPlace, value: Uint8Array | undefined): LoggedEntry {
    const key = keys.logEntry(position, index)
    if (value === undefined) throw missingRecord(key)
    const length = new DataView(value.buffer, value.byteOffset).getUint32(0)
    const entryBytes = value.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
    const payload = value.subarray(LENGTH_BYTES + length)
    return { position, index, entry: decodeEntry(entryBytes), entryBytes, payload }
  }
}

function putOperation(key: string, value: Uint8Array | string): StoreOperation {
  return { type: 'put', key, value }
}

function entryRecord(entryBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  const record = records.carve(LENGTH_BYTES + entryBytes.byteLength + payload.byteLength)
  new DataView(record.buffer, record.byteOffset).setUint32(0, entryBytes.byteLength)
  record.set(entryBytes, LENGTH_BYTES)
  record.set(payload, LENGTH_BYTES + entryBytes.byteLength)
  return record
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.byteLength + second.byteLength)
  joined.set(first)
  joined.set(second, first.byteLength)
  return joined
}

function missingRecord(key: string): HcfsError {
  return new HcfsError('STORAGE_CORRUPT', 'A record of the log is missing; run `hcfs verify`, or restore a backup', {
    details: { key }
  })
}
