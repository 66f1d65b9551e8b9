import type { CborValue, CommitId, ContextPath, NetworkId } from '@hcfs/core'
import {
  bytesToHex,
  commitId,
  decodeCbor,
  deviceId,
  encodeCbor,
  hybridTime,
  ID_BYTES,
  idToBytes,
  sha256
} from '@hcfs/core'
import { ArrayReader } from '../commit/array-reader.ts'
import { decodeCommit } from '../commit/commit-codec.ts'
import { encodeHeader } from '../commit/header-codec.ts'
import { merkleRoot } from '../commit/merkle-tree.ts'
import { SIGNATURE_BYTES } from '../commit/signature-verifier.ts'
import { DEPS_AT, GRANT_AT, HASH_AT, SIZE_AT } from './pack-commits.ts'
import { invalidSyncMessage, readingSync } from './sync-errors.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { SyncedCommit } from './sync-source.ts'

const BATCH_VALUES = 3
const CHAIN_VALUES = 2
const COMMIT_VALUES = 8
const POSITION_VALUES = 2
const ENTRY_VALUES = 10

export interface UnpackOptions {
  readonly network: NetworkId
  readonly space: ContextPath
}

/**
 * Rebuilds what `packCommits` wrote, and decodes each commit with the code that
 * reads all others. What it returns is well formed and its payloads are those
 * that it names; signatures are not verified. Fails with `SYNC_MESSAGE_INVALID`.
 */
export function unpackCommits(bytes: Uint8Array, options: UnpackOptions): SyncedCommit[] {
  return readingSync(() => {
    const reader = new ArrayReader(decodeCbor(bytes, { bytesMax: SYNC_LIMITS.batchBytesMax }), 'batch', BATCH_VALUES)
    const chains = reader.list('chains').map(readChain)
    const unpacker = new Unpacker({ chains, grants: reader.byteStrings('grants') }, options)
    const commits = reader.list('commits').map((value) => unpacker.unpack(value))
    if (commits.length > 0) return commits
    throw invalidSyncMessage('a batch holds nothing')
  })
}

interface Chain {
  readonly author: ReturnType<typeof deviceId>
  readonly incarnation: number
}

class Unpacker {
  readonly #tables: { readonly chains: readonly Chain[]; readonly grants: readonly Uint8Array[] }
  readonly #options: UnpackOptions
  readonly #ids: CommitId[] = []
  readonly #tips = new Map<number, { seq: number; id: CommitId }>()
  #hlc = 0

  constructor(tables: { chains: readonly Chain[]; grants: readonly Uint8Array[] }, options: UnpackOptions) {
    this.#tables = tables
    this.#options = options
  }

  unpack(value: CborValue): SyncedCommit {
    const reader = new ArrayReader(value, 'packed', COMMIT_VALUES)
    const chainIndex = reader.wholeNumber('chain')
    const chain = this.#tables.chains[chainIndex]
    if (chain === undefined) throw invalidSyncMessage('a chain has no name')
    const position = reader.optional(() => readPosition(reader.list('position'))) ?? this.#following(chainIndex)
    const epoch = reader.wholeNumber('epoch')
    const hlc = hybridTime(this.#hlc + reader.wholeNumber('hlc'))
    const keyEpoch = reader.optional(() => reader.wholeNumber('keyEpoch'))
    const note = reader.optional(() => reader.text('note'))
    const signature = reader.bytes('signature', SIGNATURE_BYTES)
    const entries = reader.byteStrings('entries').map((entry) => this.#unpackEntry(entry))
    const entryBytes = entries.map(({ bytes }) => bytes)
    if (entryBytes.length === 0) throw invalidSyncMessage('a commit has no entries')
    const headerBytes = encodeHeader({
      ...this.#options,
      ...chain,
      ...position,
      epoch,
      hlc,
      entriesRoot: bytesToHex(merkleRoot(entryBytes)),
      entryCount: entryBytes.length,
      ...(keyEpoch !== undefined && { keyEpoch }),
      ...(note !== undefined && { note })
    })
    const commit = decodeCommit(
      encodeCbor([headerBytes, signature, entryBytes], { bytesMax: SYNC_LIMITS.batchBytesMax })
    )
    this.#hlc = hlc
    this.#ids.push(commit.id)
    this.#tips.set(chainIndex, { seq: position.seq, id: commit.id })
    return { commit, payloads: entries.map(({ payload }) => payload) }
  }

  #following(chainIndex: number): { seq: number; prev: CommitId } {
    const tip = this.#tips.get(chainIndex)
    if (tip === undefined) throw invalidSyncMessage('a commit follows nothing')
    return { seq: tip.seq + 1, prev: tip.id }
  }

  #unpackEntry(packed: Uint8Array): { bytes: Uint8Array; payload: Uint8Array | undefined } {
    const value = decodeCbor(packed)
    if (!Array.isArray(value) || value.length !== ENTRY_VALUES) throw invalidSyncMessage('an entry is cut off')
    const values: CborValue[] = [...value]
    values[GRANT_AT] = this.#grant(values[GRANT_AT])
    values[DEPS_AT] = this.#deps(values[DEPS_AT])
    const payload = values[SIZE_AT] === null ? values[HASH_AT] : undefined
    if (values[SIZE_AT] === null && !(payload instanceof Uint8Array)) throw invalidSyncMessage('a payload is missing')
    if (payload instanceof Uint8Array) {
      values[HASH_AT] = sha256(payload)
      values[SIZE_AT] = payload.length
    }
    return { bytes: encodeCbor(values), payload: payload instanceof Uint8Array ? payload : undefined }
  }

  #grant(index: CborValue | undefined): Uint8Array {
    const grant = typeof index === 'number' ? this.#tables.grants[index] : undefined
    if (grant === undefined) throw invalidSyncMessage('a grant has no name')
    return grant
  }

  #deps(value: CborValue | undefined): CborValue[] {
    if (!Array.isArray(value)) throw invalidSyncMessage('deps are no list')
    return value.map((dep: CborValue) => {
      if (dep instanceof Uint8Array && dep.length === ID_BYTES) return dep
      const id = typeof dep === 'number' ? this.#ids[dep] : undefined
      if (id === undefined) throw invalidSyncMessage('a dep has no name')
      return idToBytes(id)
    })
  }
}

function readChain(value: CborValue): Chain {
  const reader = new ArrayReader(value, 'chain', CHAIN_VALUES)
  const author = reader.id('author', deviceId)
  return { author, incarnation: reader.wholeNumber('incarnation') }
}

function readPosition(value: CborValue): { seq: number; prev?: CommitId } {
  const reader = new ArrayReader(value, 'position', POSITION_VALUES)
  const seq = reader.wholeNumber('seq')
  const prev = reader.optional(() => reader.id('prev', commitId))
  return { seq, ...(prev !== undefined && { prev }) }
}
