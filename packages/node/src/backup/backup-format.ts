/**
 * A backup is one file: `MAGIC`, frames, and the SHA-256 of everything before it.
 *
 * A frame is its kind (1 byte), the lengths of name and value (4 bytes each, big-endian), the name
 * in UTF-8 and the value. The first has the format of the store, the last says that nothing is missing.
 */
export const MAGIC: Uint8Array = Buffer.from('hcfs-backup/1\n')
export const DIGEST_BYTES = 32
export const FRAME_HEAD_BYTES = 9

/** Larger than any record can be: a length above it was damaged, or was never one. */
const FRAME_BYTES_MAX = 64 * 1_024 * 1_024

export type FrameKind = 'format' | 'key' | 'record' | 'end'

export interface Frame {
  readonly kind: FrameKind
  readonly name: string
  readonly value: Uint8Array
}

export interface FrameHead {
  readonly kind: FrameKind
  readonly nameBytes: number
  readonly valueBytes: number
}

const KINDS: readonly FrameKind[] = ['end', 'format', 'key', 'record']

export function encodeFrame({ kind, name, value }: Frame): Uint8Array {
  const nameBytes = Buffer.from(name)
  const frame = Buffer.alloc(FRAME_HEAD_BYTES + nameBytes.byteLength + value.byteLength)
  frame.writeUInt8(KINDS.indexOf(kind), 0)
  frame.writeUInt32BE(nameBytes.byteLength, 1)
  frame.writeUInt32BE(value.byteLength, 5)
  frame.set(nameBytes, FRAME_HEAD_BYTES)
  frame.set(value, FRAME_HEAD_BYTES + nameBytes.byteLength)
  return frame
}

/** `undefined` for bytes that begin no frame. */
export function readFrameHead(bytes: Buffer): FrameHead | undefined {
  const kind = KINDS[bytes.readUInt8(0)]
  const nameBytes = bytes.readUInt32BE(1)
  const valueBytes = bytes.readUInt32BE(5)
  if (kind === undefined || nameBytes + valueBytes > FRAME_BYTES_MAX) return undefined
  return { kind, nameBytes, valueBytes }
}
