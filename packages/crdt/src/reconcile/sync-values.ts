import type { CborValue, DocId } from '@hcfs/core'
import { bytesToHex, commitId, deviceId, docId, hexToBytes, ID_BYTES, idToBytes } from '@hcfs/core'
import { ArrayReader } from '../commit/array-reader.ts'
import { INCARNATION_MAX } from '../document/ids.ts'
import type { ChainTip } from '../policy/frontier.ts'
import { invalidSyncMessage } from './sync-errors.ts'
import type { ChainRange, SyncRow } from './sync-source.ts'

const TIP_VALUES = 4
const RANGE_VALUES = 2
const DIGEST_BYTES = 16

export function tipValues({ author, incarnation, seq, id }: ChainTip): CborValue {
  return [idToBytes(author), incarnation, seq, idToBytes(id)]
}

export function readTip(value: CborValue): ChainTip {
  const reader = new ArrayReader(value, 'tip', TIP_VALUES)
  const author = reader.id('author', deviceId)
  const incarnation = numberIn(reader.wholeNumber('incarnation'), { max: INCARNATION_MAX })
  const seq = numberIn(reader.wholeNumber('seq'), { min: 1 })
  return { author, incarnation, seq, id: reader.id('id', commitId) }
}

export function rangeValues({ after, tip }: ChainRange): CborValue {
  return [after, tipValues(tip)]
}

export function readRange(value: CborValue): ChainRange {
  const reader = new ArrayReader(value, 'range', RANGE_VALUES)
  const after = reader.wholeNumber('after')
  const tip = readTip(reader.list('tip'))
  if (after >= tip.seq) throw invalidSyncMessage('a range is empty')
  return { after, tip }
}

/** A list of at most `max`, each read by `read`. */
export function listOf<Item>(values: readonly CborValue[], max: number, read: (value: CborValue) => Item): Item[] {
  if (values.length > max) throw invalidSyncMessage(`a list has ${values.length} items, and ${max} are allowed`)
  return values.map(read)
}

export function readId<Id>(parse: (bytes: Uint8Array) => Id): (value: CborValue) => Id {
  return (value) => {
    if (value instanceof Uint8Array && value.length === ID_BYTES) return parse(value)
    throw invalidSyncMessage('an id is not 32 bytes')
  }
}

export function readNumber(range: { min?: number; max?: number }): (value: CborValue) => number {
  return (value) => {
    if (typeof value === 'number') return numberIn(value, range)
    throw invalidSyncMessage('a number is something else')
  }
}

export function numberIn(value: number, { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number }) {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value
  throw invalidSyncMessage(`a number is not from ${min} to ${max}`)
}

export function ascending<Item extends number | string>(items: readonly Item[]): readonly Item[] {
  if (items.every((item, index) => index === 0 || item > items[index - 1]!)) return items
  throw invalidSyncMessage('a list is not ascending')
}

/** Rows one after another, all of one length: 48 bytes, or 80 with the hashes of contents. */
export function packRows(rows: readonly SyncRow[], withContents: boolean): Uint8Array {
  const rowBytes = bytesInRow(withContents)
  const packed = new Uint8Array(rows.length * rowBytes)
  for (const [index, { docId: doc, digest, content = '' }] of rows.entries()) {
    packed.set(hexToBytes(doc + digest + content), index * rowBytes)
  }
  return packed
}

export function unpackRows(packed: Uint8Array, withContents: boolean): SyncRow[] {
  const rowBytes = bytesInRow(withContents)
  if (packed.length % rowBytes !== 0) throw invalidSyncMessage('rows are cut off')
  const rows = Array.from({ length: packed.length / rowBytes }, (_, index) =>
    unpackRow(packed.subarray(index * rowBytes, (index + 1) * rowBytes))
  )
  ascending(rows.map((row): DocId => row.docId))
  return rows
}

function unpackRow(bytes: Uint8Array): SyncRow {
  const [doc, digest, content] = [
    bytes.subarray(0, ID_BYTES),
    bytes.subarray(ID_BYTES, ID_BYTES + DIGEST_BYTES),
    bytes.subarray(ID_BYTES + DIGEST_BYTES)
  ]
  return {
    docId: docId(doc),
    digest: bytesToHex(digest),
    ...(content.length > 0 && { content: bytesToHex(content) })
  }
}

function bytesInRow(withContents: boolean): number {
  return ID_BYTES + DIGEST_BYTES + (withContents ? ID_BYTES : 0)
}
