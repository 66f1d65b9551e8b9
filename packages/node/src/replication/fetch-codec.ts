import type { CborValue, CommitId } from '@hcfs/core'
import { commitId, decodeCbor, encodeCbor, FORMAT_LIMITS, HcfsError, ID_BYTES, idToBytes } from '@hcfs/core'

export const FETCH_PROTOCOL = '/hcfs/fetch/1'

/** Payloads of one commit, by the places of their entries. */
export interface FetchRequest {
  readonly number: number
  readonly commit: CommitId
  /** Ascending. */
  readonly indexes: readonly number[]
}

/** A piece of what was asked for, in that order. */
export interface FetchPiece {
  readonly number: number
  readonly bytes: Uint8Array
  /** `payload`: the next piece is of the next one. `all`: nothing more comes, whether or not that was all. */
  readonly ends: 'nothing' | 'payload' | 'all'
}

/** With what stands around it a piece fits into a frame. */
export const PIECE_BYTES_MAX = FORMAT_LIMITS.syncFrameBytesMax - 64
const ENDS = ['nothing', 'payload', 'all'] as const
const VALUES = 3

export function encodeRequest({ number, commit, indexes }: FetchRequest): Uint8Array {
  return encodeCbor([number, idToBytes(commit), indexes])
}

export function decodeRequest(frame: Uint8Array): FetchRequest | undefined {
  const values = valuesOf(frame)
  if (values === undefined) return undefined
  const [number, id, indexes] = values
  if (!isCount(number) || !(id instanceof Uint8Array) || id.byteLength !== ID_BYTES) return undefined
  if (!Array.isArray(indexes) || indexes.length === 0 || indexes.length > FORMAT_LIMITS.commitEntriesMax)
    return undefined
  const places: number[] = []
  for (const index of indexes) {
    if (!isCount(index) || index <= (places.at(-1) ?? -1)) return undefined
    places.push(index)
  }
  return { number, commit: commitId(id), indexes: places }
}

export function encodePiece({ number, bytes, ends }: FetchPiece): Uint8Array {
  return encodeCbor([number, bytes, ENDS.indexOf(ends)])
}

export function decodePiece(frame: Uint8Array): FetchPiece | undefined {
  const values = valuesOf(frame)
  if (values === undefined) return undefined
  const [number, bytes, ends] = values
  const name = typeof ends === 'number' ? ENDS[ends] : undefined
  return isCount(number) && bytes instanceof Uint8Array && name !== undefined
    ? { number, bytes, ends: name }
    : undefined
}

function valuesOf(frame: Uint8Array): readonly CborValue[] | undefined {
  try {
    const value = decodeCbor(frame, { bytesMax: FORMAT_LIMITS.syncFrameBytesMax })
    return Array.isArray(value) && value.length === VALUES ? value : undefined
  } catch (error) {
    if (error instanceof HcfsError) return undefined
    throw error
  }
}

function isCount(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
