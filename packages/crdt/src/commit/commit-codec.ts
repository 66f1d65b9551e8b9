import type { CborValue, ContextPath } from '@hcfs/core'
import { bytesToHex, encodeCbor, FORMAT_LIMITS, HcfsError, isPathPrefix } from '@hcfs/core'
import { ArrayReader, decodeCanonical } from './array-reader.ts'
import type { Commit, CommitEntry, SignedHeader } from './commit.ts'
import { malformed, tooLarge } from './commit-errors.ts'
import { decodeEntry } from './entry-codec.ts'
import { decodeHeader } from './header-codec.ts'
import { merkleRoot } from './merkle-tree.ts'
import { signedHeader } from './signed-header.ts'
import { assertCount } from './value-rules.ts'

const COMMIT_VALUES = 3

/** Payloads are not part of it: each travels and is stored under its own hash. */
export function encodeCommit({ headerBytes, signature, entryBytes }: Commit): Uint8Array {
  return encodeCbor([headerBytes, signature, entryBytes])
}

/**
 * Reads what a peer or a store says is a commit, and computes its id and its
 * Merkle root. What it returns is well formed, and encodes to the same bytes.
 *
 * Does not verify the signature (`assertSignature`), does not know what came
 * before (`judgeCommit`), and does not see payloads (`isPayloadOf`).
 */
export function decodeCommit(bytes: Uint8Array): Commit {
  const value = decodeCanonical(bytes, 'commit', FORMAT_LIMITS.cborBytesMax)
  const signed = readSigned(value)
  const entryBytes = readEntryBytes(value)
  assertRoot(signed, entryBytes)
  const entries = entryBytes.map(decodeEntry)
  assertEntriesFit(entries, signed.header.space)
  return { ...signed, entries, entryBytes }
}

/** What the entries of one commit must be together. */
export function assertEntriesFit(entries: readonly CommitEntry[], space: ContextPath): void {
  const paths = new Set<string>()
  let payloadBytes = 0
  for (const entry of entries) {
    if (!isPathPrefix(space, entry.path)) throw malformed('entry.path', 'lies outside the space of the commit')
    if (paths.has(entry.path)) throw malformed('entry.path', 'stands in two entries of one commit')
    paths.add(entry.path)
    payloadBytes += entry.payloadBytes
  }
  if (payloadBytes > FORMAT_LIMITS.commitPayloadBytesMax) {
    throw tooLarge('commit.payloadBytes', payloadBytes, FORMAT_LIMITS.commitPayloadBytesMax)
  }
}

/** A later format may have another outer array: its length is looked at only once the header's format is known. */
function readSigned(value: CborValue): SignedHeader {
  const headerBytes: unknown = Array.isArray(value) ? value[0] : undefined
  if (!(headerBytes instanceof Uint8Array)) throw malformed('commit', 'does not begin with the bytes of a header')
  const header = decodeHeader(headerBytes)
  const reader = new ArrayReader(value, 'commit', COMMIT_VALUES)
  reader.bytes('header')
  return signedHeader(header, headerBytes, reader.bytes('signature'))
}

function readEntryBytes(value: CborValue): Uint8Array[] {
  const reader = new ArrayReader(value, 'commit', COMMIT_VALUES)
  reader.bytes('header')
  reader.bytes('signature')
  const entryBytes = reader.byteStrings('entries')
  assertCount('commit.entries', entryBytes.length, FORMAT_LIMITS.commitEntriesMax)
  return entryBytes
}

function assertRoot({ id, header }: SignedHeader, entryBytes: readonly Uint8Array[]): void {
  const isSigned = entryBytes.length === header.entryCount && bytesToHex(merkleRoot(entryBytes)) === header.entriesRoot
  if (isSigned) return
  throw new HcfsError(
    'COMMIT_ROOT_MISMATCH',
    'The entries are not those that the author signed; drop the commit and ask another peer',
    { details: { commit: id } }
  )
}
