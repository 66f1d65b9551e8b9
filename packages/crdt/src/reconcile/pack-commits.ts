import type { CborValue, CommitId } from '@hcfs/core'
import { bytesToHex, commitId, decodeCbor, encodeCbor, idToBytes } from '@hcfs/core'
import type { CommitHeader } from '../commit/commit.ts'
import type { Chain } from '../commit/policy-view.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { SyncedCommit } from './sync-source.ts'

/** Places in the array of an entry; see docs/reference/commit-format.md. */
export const GRANT_AT = 2
export const DEPS_AT = 3
export const HASH_AT = 6
export const SIZE_AT = 7

/**
 * Commits of one space as they travel: what stands in a commit before, or
 * follows from something else, is left out. Chains and grants are named once;
 * `prev`, `seq` and deps point to commits of the same batch; roots, counts and
 * the hashes of payloads are computed from what is there. Each batch stands alone.
 */
export function packCommits(commits: readonly SyncedCommit[]): Uint8Array {
  const packer = new Packer()
  const packed = commits.map((each) => packer.pack(each))
  return encodeCbor([packer.chains.values, packer.grants.values, packed], { bytesMax: SYNC_LIMITS.batchBytesMax })
}

class Packer {
  readonly chains = new NamedOnce()
  readonly grants = new NamedOnce()
  /** The place of each commit in the batch. */
  readonly #places = new Map<CommitId, number>()
  readonly #tips = new Map<number, CommitId>()
  #hlc = 0

  pack({ commit: { id, header, signature, entryBytes }, payloads }: SyncedCommit): CborValue {
    const chain = this.#chainIndex(header)
    const packed: CborValue = [
      chain,
      this.#position(header, chain),
      header.epoch,
      header.hlc - this.#hlc,
      header.keyEpoch ?? null,
      header.note ?? null,
      signature,
      entryBytes.map((bytes, index) => this.#packEntry(bytes, payloads[index]))
    ]
    this.#hlc = header.hlc
    this.#tips.set(chain, id)
    this.#places.set(id, this.#places.size)
    return packed
  }

  /** Null for a commit that follows the one before it in its chain. */
  #position({ seq, prev }: CommitHeader, chain: number): CborValue {
    if (prev !== undefined && this.#tips.get(chain) === prev) return null
    return [seq, prev === undefined ? null : idToBytes(prev)]
  }

  #chainIndex({ author, incarnation }: Omit<Chain, 'space'>): number {
    return this.chains.placeOf(`${author}${incarnation}`, () => [idToBytes(author), incarnation])
  }

  /** Encoded by itself: how many values one encoding may hold is enough for an entry, not for all that a commit may have. */
  #packEntry(bytes: Uint8Array, payload: Uint8Array | undefined): Uint8Array {
    const values = [...(decodeCbor(bytes) as CborValue[])]
    const grant = values[GRANT_AT] as Uint8Array
    values[GRANT_AT] = this.grants.placeOf(bytesToHex(grant), () => grant)
    values[DEPS_AT] = (values[DEPS_AT] as Uint8Array[]).map((dep) => this.#packDep(dep))
    if (payload !== undefined) {
      values[HASH_AT] = payload
      values[SIZE_AT] = null
    }
    return encodeCbor(values)
  }

  #packDep(dep: Uint8Array): CborValue {
    return this.#places.get(commitId(dep)) ?? dep
  }
}

/** Values that are named by their place; each is there once. */
class NamedOnce {
  readonly values: CborValue[] = []
  readonly #places = new Map<string, number>()

  placeOf(key: string, make: () => CborValue): number {
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.#places.set(key, this.values.length)
    this.values.push(make())
    return this.values.length - 1
  }
}
