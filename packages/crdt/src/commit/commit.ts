import type {
  By,
  ChangeKind,
  CommitId,
  ContextPath,
  DeviceId,
  GrantId,
  HybridTime,
  NetworkId,
  PayloadHash
} from '@hcfs/core'
import type { ClientRange } from '../document/client-range.ts'

/**
 * What a device says about one change of one context. The bytes of an `update`
 * travel beside the commit and are named by their hash.
 */
export interface CommitEntry {
  readonly path: ContextPath
  readonly kind: ChangeKind
  /** The grant that lets the author write here. */
  readonly grant: GrantId
  /** The heads of the context that the author saw: strictly ascending. */
  readonly deps: readonly CommitId[]
  /** The Yjs clients under which the payload writes: text first, then by session. */
  readonly clients: readonly ClientRange[]
  /** The delete, expiry value or move that the entry speaks of: 32 bytes as lower-case hexadecimal text. */
  readonly about?: string
  readonly payloadHash?: PayloadHash
  /** 0 without a payload. */
  readonly payloadBytes: number
  readonly by?: By
  readonly note?: string
}

/** The part of a commit that is signed. Names the entries by the root of their Merkle tree. */
export interface CommitHeader {
  readonly network: NetworkId
  readonly space: ContextPath
  readonly author: DeviceId
  readonly incarnation: number
  /** The place in the chain of this author, incarnation and space; the first is 1. */
  readonly seq: number
  /** The commit before it in the chain; absent for the first. */
  readonly prev?: CommitId
  /** The newest epoch of the policy that the author knew. */
  readonly epoch: number
  readonly hlc: HybridTime
  /** SHA-256 as lower-case hexadecimal text. */
  readonly entriesRoot: string
  readonly entryCount: number
  /** Reserved: payloads are not encrypted in this format version. */
  readonly keyEpoch?: number
  readonly note?: string
}

/** A header as it travels. It proves what its author said, even without the entries. */
export interface SignedHeader {
  /** SHA-256 over header and signature. */
  readonly id: CommitId
  readonly header: CommitHeader
  /** Exactly what was signed. */
  readonly headerBytes: Uint8Array
  readonly signature: Uint8Array
}

/**
 * A signed header with its entries. Values and bytes say the same: both come
 * from one encoding or one decoding, so storing and sending need no second one.
 */
export interface Commit extends SignedHeader {
  readonly entries: readonly CommitEntry[]
  /** The encoding of each entry: the leaves of the Merkle tree. */
  readonly entryBytes: readonly Uint8Array[]
}

/** A place that an honest author fills once. */
export interface ChainPlace {
  readonly author: DeviceId
  readonly incarnation: number
  readonly space: ContextPath
  readonly seq: number
}
