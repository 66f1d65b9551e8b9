import { bytesToHex, FORMAT_LIMITS } from '@hcfs/core'
import type { Commit, CommitEntry, CommitHeader } from './commit.ts'
import { assertEntriesFit } from './commit-codec.ts'
import type { DeviceKey } from './device-key.ts'
import { encodeEntry } from './entry-codec.ts'
import { compareClients, compareIds } from './entry-rules.ts'
import { encodeHeader } from './header-codec.ts'
import { merkleRoot } from './merkle-tree.ts'
import { signedHeader } from './signed-header.ts'
import { assertCount } from './value-rules.ts'

/** An entry that is well formed, with its encoding. */
export interface PreparedEntry {
  readonly entry: CommitEntry
  readonly bytes: Uint8Array
}

/** What the author decides; the rest of the header follows from the entries and the key. */
export interface CommitDraft {
  readonly header: Omit<CommitHeader, 'author' | 'entriesRoot' | 'entryCount'>
  /** One or more, each of another context. */
  readonly entries: readonly PreparedEntry[]
}

/**
 * Refuses what receivers would refuse, before the entry joins others in a group,
 * so that a bad one fails alone. `deps` and `clients` may come in any order.
 */
export function prepareEntry({ deps, clients, ...rest }: CommitEntry): PreparedEntry {
  const entry = {
    ...rest,
    deps: deps.length < 2 ? deps : [...new Set(deps)].sort(compareIds),
    clients: clients.length < 2 ? clients : clients.toSorted(compareClients)
  }
  return { entry, bytes: encodeEntry(entry) }
}

/** Hashes and signs. Refuses what receivers would refuse, with the same codes, before anything is signed. */
export function signCommit({ header: draft, entries: prepared }: CommitDraft, key: DeviceKey): Commit {
  if (prepared.length === 0) throw new TypeError('A commit has at least one entry')
  assertCount('commit.entries', prepared.length, FORMAT_LIMITS.commitEntriesMax)
  const entries = prepared.map(({ entry }) => entry)
  assertEntriesFit(entries, draft.space)
  const entryBytes = prepared.map(({ bytes }) => bytes)
  const header = {
    ...draft,
    author: key.deviceId,
    entriesRoot: bytesToHex(merkleRoot(entryBytes)),
    entryCount: entries.length
  }
  const headerBytes = encodeHeader(header)
  return { ...signedHeader(header, headerBytes, key.sign(headerBytes)), entries, entryBytes }
}
