import type { CborValue, CommitId, ContextPath, NetworkId } from '@hcfs/core'
import { commitId, decodeCbor, encodeCbor, FORMAT_LIMITS, HcfsError, ID_BYTES, idToBytes } from '@hcfs/core'
import type { SyncedCommit } from '@hcfs/crdt'
import { packCommits, unpackCommits } from '@hcfs/crdt'

/** A commit that is somewhere, and how many bytes it has. */
export interface Announced {
  readonly id: CommitId
  readonly bytes: number
}

export type Gossip =
  /** Payloads that are missing are to be fetched. */
  | { readonly gossip: 'commits'; readonly commits: readonly SyncedCommit[] }
  /** For spaces that not every member may read, and for what does not fit. */
  | { readonly gossip: 'announced'; readonly announced: readonly Announced[] }

export const GOSSIP_BYTES_MAX = FORMAT_LIMITS.gossipMessageBytesMax
/** Each costs a receiver a verification, which holds its event loop for 0.1 ms. */
export const GOSSIP_COMMITS_MAX = 256
export const GOSSIP_ANNOUNCED_MAX = 1_000

const COMMITS = 0
const ANNOUNCED = 1
const MESSAGE_VALUES = 2
const ANNOUNCED_VALUES = 2

export function encodeGossip(gossip: Gossip): Uint8Array {
  if (gossip.gossip === 'commits') return encodeCbor([COMMITS, packCommits(gossip.commits)])
  return encodeCbor([ANNOUNCED, gossip.announced.map(({ id, bytes }) => [idToBytes(id), bytes])])
}

/** `undefined` for bytes that nobody may send. Whether commits are signed is not looked at. */
export function decodeGossip(
  bytes: Uint8Array,
  context: { network: NetworkId; space: ContextPath }
): Gossip | undefined {
  if (bytes.byteLength > GOSSIP_BYTES_MAX) return undefined
  try {
    const value = decodeCbor(bytes)
    if (!Array.isArray(value) || value.length !== MESSAGE_VALUES) return undefined
    const [kind, content]: readonly CborValue[] = value
    if (kind === COMMITS && content instanceof Uint8Array) return readCommits(content, context)
    return kind === ANNOUNCED && Array.isArray(content) ? readAnnouncement(content) : undefined
  } catch (error) {
    if (error instanceof HcfsError) return undefined
    throw error
  }
}

function readCommits(packed: Uint8Array, context: { network: NetworkId; space: ContextPath }): Gossip | undefined {
  const commits = unpackCommits(packed, context)
  return commits.length > GOSSIP_COMMITS_MAX ? undefined : { gossip: 'commits', commits }
}

function readAnnouncement(values: readonly CborValue[]): Gossip | undefined {
  if (values.length === 0 || values.length > GOSSIP_ANNOUNCED_MAX) return undefined
  const announced: Announced[] = []
  for (const value of values) {
    if (!Array.isArray(value) || value.length !== ANNOUNCED_VALUES) return undefined
    const [id, bytes]: readonly CborValue[] = value
    if (!(id instanceof Uint8Array) || id.byteLength !== ID_BYTES) return undefined
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 1) return undefined
    announced.push({ id: commitId(id), bytes })
  }
  return { gossip: 'announced', announced }
}
