import type { CborMap, CborValue } from '@hcfs/core'
import { decodeCbor, encodeCbor, HcfsError, sha256 } from '@hcfs/core'
import type { VectorPrecision } from '../rows/row-store.ts'
import type { FileDigest } from './file-digest.ts'
import { isSameDigest } from './file-digest.ts'

export const MANIFEST_NAME = 'snapshot'
export const MANIFEST_FORMAT = 1

const DIGEST_BYTES = 32

/** Which embedder made the vectors. Vectors of different models never meet in one index. */
export interface VectorModel {
  readonly id: string
  readonly digest: string
}

/** The one file that says which other files are the snapshot. Replacing it by rename is the moment of saving. */
export interface SnapshotManifest {
  readonly model: VectorModel
  readonly dimensions: number
  readonly precision: VectorPrecision
  /** How far in the feed of changes the vectors reach. The caller's number. */
  readonly frontier: number
  readonly count: number
  readonly rows: FileDigest & { readonly name: string }
  readonly graph?: (FileDigest & { readonly name: string }) | undefined
}

export type SnapshotFault = 'torn' | 'altered' | 'foreign' | 'newer'

export function snapshotDamaged(fault: SnapshotFault, message: string): HcfsError {
  return new HcfsError('VECTOR_SNAPSHOT_DAMAGED', `${message} Build the index anew from its vectors.`, {
    details: { fault }
  })
}

export function encodeManifest(manifest: SnapshotManifest): Uint8Array {
  const { model, rows, graph } = manifest
  const body = encodeCbor({
    format: MANIFEST_FORMAT,
    modelId: model.id,
    modelDigest: model.digest,
    dimensions: manifest.dimensions,
    precision: manifest.precision,
    frontier: manifest.frontier,
    count: manifest.count,
    rows: { ...rows },
    graph: graph === undefined ? null : { ...graph }
  })
  const bytes = new Uint8Array(body.length + DIGEST_BYTES)
  bytes.set(body)
  bytes.set(sha256(body), body.length)
  return bytes
}

/** Throws `VECTOR_SNAPSHOT_DAMAGED` for bytes that `encodeManifest` did not write. */
export function decodeManifest(bytes: Uint8Array): SnapshotManifest {
  if (bytes.length <= DIGEST_BYTES) throw snapshotDamaged('torn', 'The manifest of a vector snapshot is cut off.')
  const body = bytes.subarray(0, bytes.length - DIGEST_BYTES)
  if (!isSameDigest(sha256(body), bytes.subarray(body.length))) {
    throw snapshotDamaged('altered', 'The manifest of a vector snapshot is not as it was written.')
  }
  const map = mapOf(decodeCbor(body))
  if (numberOf(map['format']) > MANIFEST_FORMAT) {
    throw snapshotDamaged('newer', 'The vector snapshot was written by a newer version.')
  }
  return manifestOf(map)
}

function manifestOf(map: CborMap): SnapshotManifest {
  return {
    model: { id: textOf(map['modelId']), digest: textOf(map['modelDigest']) },
    dimensions: numberOf(map['dimensions']),
    precision: textOf(map['precision']) === 'int8' ? 'int8' : 'float32',
    frontier: numberOf(map['frontier']),
    count: numberOf(map['count']),
    rows: fileOf(map['rows']),
    graph: map['graph'] === null ? undefined : fileOf(map['graph'])
  }
}

function fileOf(value: CborValue | undefined): FileDigest & { readonly name: string } {
  const { name, bytes, digest } = mapOf(value)
  if (!(digest instanceof Uint8Array)) throw malformed()
  return { name: textOf(name), bytes: numberOf(bytes), digest }
}

function mapOf(value: CborValue | undefined): CborMap {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || isList(value)) throw malformed()
  return value
}

function isList(value: readonly CborValue[] | CborMap): value is readonly CborValue[] {
  return Array.isArray(value)
}

function numberOf(value: CborValue | undefined): number {
  if (typeof value !== 'number') throw malformed()
  return value
}

function textOf(value: CborValue | undefined): string {
  if (typeof value !== 'string') throw malformed()
  return value
}

function malformed(): HcfsError {
  return snapshotDamaged('foreign', 'The manifest of a vector snapshot does not have its form.')
}
