import type { By, CborValue, ChangeKind, CommitId } from '@hcfs/core'
import {
  bytesToHex,
  commitId,
  encodeCbor,
  FORMAT_LIMITS,
  grantId,
  hexToBytes,
  ID_BYTES,
  idToBytes,
  payloadHash as parsePayloadHash
} from '@hcfs/core'
import type { ClientRange } from '../document/client-range.ts'
import { ArrayReader, decodeCanonical } from './array-reader.ts'
import type { CommitEntry } from './commit.ts'
import { malformed } from './commit-errors.ts'
import { assertEntryRules } from './entry-rules.ts'

/** The number that stands for a kind is its place here; new ones are only added at the end, in a new format. */
const KINDS: readonly ChangeKind[] = ['update', 'delete', 'undelete', 'expire']
/** Likewise. */
const ORIGINS: readonly NonNullable<By['origin']>[] = ['user', 'model', 'tool', 'import']
const ENTRY_VALUES = 10
const CLIENT_VALUES = 3
const BY_VALUES = 3

export function encodeEntry(entry: CommitEntry): Uint8Array {
  assertEntryRules(entry)
  return encodeCbor([
    entry.path,
    numberOf(entry.kind, KINDS),
    idToBytes(entry.grant),
    entry.deps.map(idToBytes),
    entry.clients.map(({ session, clock, len }) => [session === 'text' ? null : session, clock, len]),
    entry.about === undefined ? null : hexToBytes(entry.about),
    entry.payloadHash === undefined ? null : idToBytes(entry.payloadHash),
    entry.payloadBytes,
    entry.by === undefined ? null : byValues(entry.by),
    entry.note ?? null
  ])
}

export function decodeEntry(bytes: Uint8Array): CommitEntry {
  const entry = readEntry(decodeCanonical(bytes, 'entry', FORMAT_LIMITS.entryBytesMax))
  assertEntryRules(entry)
  return entry
}

function readEntry(value: CborValue): CommitEntry {
  const reader = new ArrayReader(value, 'entry', ENTRY_VALUES)
  const path = reader.path('path')
  const kind = readName(reader, 'kind', KINDS)
  const grant = reader.id('grant', grantId)
  const deps = reader.list('deps').map(readDep)
  const clients = reader.list('clients').map(readClient)
  const about = reader.optional(() => reader.id('about', bytesToHex))
  const payloadHash = reader.optional(() => reader.id('payloadHash', parsePayloadHash))
  const payloadBytes = reader.wholeNumber('payloadBytes')
  const by = reader.optional(() => readBy(reader.list('by')))
  const note = reader.optional(() => reader.text('note'))
  return {
    path,
    kind,
    grant,
    deps,
    clients,
    ...(about !== undefined && { about }),
    ...(payloadHash !== undefined && { payloadHash }),
    payloadBytes,
    ...(by !== undefined && { by }),
    ...(note !== undefined && { note })
  }
}

function readDep(value: CborValue): CommitId {
  if (value instanceof Uint8Array && value.length === ID_BYTES) return commitId(value)
  throw malformed('entry.deps', `hold something else than ${ID_BYTES} bytes`)
}

function readClient(value: CborValue): ClientRange {
  const reader = new ArrayReader(value, 'entry.clients', CLIENT_VALUES)
  const session = reader.optional(() => reader.wholeNumber('session')) ?? 'text'
  return { session, clock: reader.wholeNumber('clock'), len: reader.wholeNumber('len') }
}

function byValues({ agent, run, origin }: By): CborValue {
  return [agent ?? null, run ?? null, origin === undefined ? null : numberOf(origin, ORIGINS)]
}

function readBy(values: readonly CborValue[]): By {
  const reader = new ArrayReader(values, 'entry.by', BY_VALUES)
  const agent = reader.optional(() => reader.text('agent'))
  const run = reader.optional(() => reader.text('run'))
  const origin = reader.optional(() => readName(reader, 'origin', ORIGINS))
  return {
    ...(agent !== undefined && { agent }),
    ...(run !== undefined && { run }),
    ...(origin !== undefined && { origin })
  }
}

function numberOf<Name>(name: Name, names: readonly Name[]): number {
  const number = names.indexOf(name)
  if (number === -1) throw new TypeError(`There is no ${String(name)}, only ${names.join(', ')}`)
  return number
}

function readName<Name>(reader: ArrayReader, field: string, names: readonly Name[]): Name {
  const name = names[reader.wholeNumber(field)]
  if (name === undefined) throw malformed(`entry.${field}`, 'is a number that this format does not know')
  return name
}
