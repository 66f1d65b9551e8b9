import { sha256 } from '@hcfs/core'
import type { SnapshotDisk } from './snapshot-disk.ts'

export interface FileDigest {
  readonly bytes: number
  readonly digest: Uint8Array
}

/** SHA-256 over the SHA-256 of each piece, so that a large file is never in memory at once. */
export function digestFile(disk: SnapshotDisk, file: string): FileDigest {
  let bytes = 0
  let digest: Uint8Array = new Uint8Array(32)
  for (const piece of disk.pieces(file, 0)) {
    bytes += piece.length
    digest = sha256(concat(digest, sha256(piece)))
  }
  return { bytes, digest }
}

export function isSameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
