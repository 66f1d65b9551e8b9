import type { CommitId, GrantId, PayloadHash } from '@hcfs/core'
import { bytesToHex, commitId, grantId, hybridTime, networkId, parsePath, payloadHash, sha256Hex } from '@hcfs/core'
import type { Commit, CommitEntry, CommitHeader } from '../../src/commit/commit.ts'
import { DeviceKey } from '../../src/commit/device-key.ts'
import { encodeEntry } from '../../src/commit/entry-codec.ts'
import { encodeHeader } from '../../src/commit/header-codec.ts'
import { merkleRoot } from '../../src/commit/merkle-tree.ts'
import type { CommitDraft } from '../../src/commit/sign-commit.ts'
import { prepareEntry, signCommit } from '../../src/commit/sign-commit.ts'
import { signedHeader } from '../../src/commit/signed-header.ts'

export const NETWORK = networkId(hashOf('network'))
export const GRANT: GrantId = grantId(hashOf('grant'))

export const ada = DeviceKey.fromSeed(new Uint8Array(32).fill(0xada))
export const bob = DeviceKey.fromSeed(new Uint8Array(32).fill(0xb0b))

export function hashOf(word: string): string {
  return sha256Hex(new TextEncoder().encode(word))
}

export function commitNamed(word: string): CommitId {
  return commitId(hashOf(word))
}

export function payloadNamed(word: string): PayloadHash {
  return payloadHash(hashOf(word))
}

export function sampleHeader(overrides: Partial<CommitDraft['header']> = {}): CommitDraft['header'] {
  return {
    network: NETWORK,
    space: parsePath('/team'),
    incarnation: 7,
    seq: 1,
    epoch: 3,
    hlc: hybridTime(1_790_000_000_000_000),
    ...overrides
  }
}

export function sampleEntry(overrides: Partial<CommitEntry> = {}): CommitEntry {
  return {
    path: parsePath('/team/note'),
    kind: 'update',
    grant: GRANT,
    deps: [],
    clients: [{ session: 0, clock: 0, len: 12 }],
    payloadHash: payloadNamed('payload'),
    payloadBytes: 40,
    ...overrides
  }
}

export interface SampleOptions {
  readonly header?: Partial<CommitDraft['header']>
  readonly entries?: readonly CommitEntry[]
  readonly key?: DeviceKey
}

export function sampleCommit({ header, entries = [sampleEntry()], key = ada }: SampleOptions = {}): Commit {
  return signCommit({ header: sampleHeader(header), entries: entries.map(prepareEntry) }, key)
}

/** What a hostile device may sign: entries that no receiver takes, under a header that fits them. */
export function forgeCommit(entries: readonly CommitEntry[]): Commit {
  const entryBytes = entries.map(encodeEntry)
  const header: CommitHeader = {
    ...sampleHeader(),
    author: ada.deviceId,
    entriesRoot: bytesToHex(merkleRoot(entryBytes)),
    entryCount: entries.length
  }
  const headerBytes = encodeHeader(header)
  return { ...signedHeader(header, headerBytes, ada.sign(headerBytes)), entries, entryBytes }
}

/** `count` entries of one commit, at /team/0, /team/1 and so on. */
export function sampleEntries(count: number): CommitEntry[] {
  return Array.from({ length: count }, (_, index) => sampleEntry({ path: parsePath(`/team/${index}`) }))
}
