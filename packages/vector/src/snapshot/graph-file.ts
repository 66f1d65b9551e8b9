import type { SnapshotDisk } from './snapshot-disk.ts'

/** Sizes in the head of the library's file: 64-bit numbers at these places, then the rows of all nodes. */
const HEAD_BYTES = 96
const NODE_COUNT_AT = 16
const ROW_BYTES_AT = 24

/**
 * Whether a file of the native library ends where its own numbers say. The library does not look whether its writes
 * succeed, so on a full disk it leaves half a file without a word.
 */
export function isWholeGraphFile(disk: SnapshotDisk, file: string): boolean {
  const size = disk.bytesOf(file)
  if (size < HEAD_BYTES) return false
  const head = firstPiece(disk, file)
  if (head === undefined || head.byteLength < HEAD_BYTES) return false
  const nodeCount = Number(head.getBigUint64(NODE_COUNT_AT, true))
  const links = HEAD_BYTES + nodeCount * Number(head.getBigUint64(ROW_BYTES_AT, true))
  return links <= size && links + linkBytes(disk, file, { from: links, nodeCount, size }) === size
}

/** The upper links stand last: for each node their length, then so many bytes. */
function linkBytes(
  disk: SnapshotDisk,
  file: string,
  { from, nodeCount, size }: { readonly from: number; readonly nodeCount: number; readonly size: number }
): number {
  const bytes = new Uint8Array(size - from)
  let filled = 0
  for (const piece of disk.pieces(file, from)) {
    bytes.set(piece.subarray(0, bytes.length - filled), filled)
    filled += piece.length
  }
  const view = new DataView(bytes.buffer)
  let at = 0
  for (let node = 0; node < nodeCount && at + 4 <= bytes.length; node += 1) at += 4 + view.getUint32(at, true)
  return at
}

function firstPiece(disk: SnapshotDisk, file: string): DataView | undefined {
  for (const piece of disk.pieces(file, 0)) return new DataView(piece.buffer, piece.byteOffset, piece.byteLength)
  return undefined
}
