import * as fs from 'node:fs'
import { join } from 'node:path'

const PIECE_BYTES = 4 * 1_024 * 1_024

/**
 * The few things a snapshot does with files, so that a test can let any of them fail. Synchronous: it runs in a thread
 * of its own. All names lie in one directory.
 */
export interface SnapshotDisk {
  /** Creates the directory if it is not there. */
  prepare(directory: string): void
  names(directory: string): string[]
  /** Undefined if there is no such file. */
  read(file: string): Uint8Array | undefined
  bytesOf(file: string): number
  /** The file from one place on, in pieces. */
  pieces(file: string, from: number): Iterable<Uint8Array>
  /** Lets a native library write a file. */
  produce(file: string, write: (file: string) => void): void
  write(file: string, parts: readonly Uint8Array[]): void
  /** Resolves when the bytes of a file, or the names in a directory, outlive a power cut. */
  sync(path: string): void
  rename(from: string, to: string): void
  remove(file: string): void
}

export const fileDisk: SnapshotDisk = {
  prepare: (directory) => {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  },
  names: (directory) => (fs.existsSync(directory) ? fs.readdirSync(directory) : []),
  // A copy, because a Buffer may begin anywhere in its memory and its slices are no copies.
  read: (file) => (fs.existsSync(file) ? new Uint8Array(fs.readFileSync(file)) : undefined),
  bytesOf: (file) => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0,
  pieces: filePieces,
  produce: (file, write) => write(file),
  write: (file, parts) =>
    withFile(file, 'w', (descriptor) => {
      for (const part of parts) writeWhole(descriptor, part)
    }),
  sync: (path) => withFile(path, 'r', (descriptor) => fs.fsyncSync(descriptor)),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (file) => fs.rmSync(file, { force: true })
}

/** Where the parts of a snapshot lie. */
export function snapshotFile(directory: string, name: string): string {
  return join(directory, name)
}

function withFile(path: string, flags: 'r' | 'w', use: (descriptor: number) => void): void {
  const descriptor = fs.openSync(path, flags, 0o600)
  try {
    use(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += fs.writeSync(descriptor, bytes, written)
}

function* filePieces(file: string, from: number): Iterable<Uint8Array> {
  const descriptor = fs.openSync(file, 'r')
  try {
    const { size } = fs.fstatSync(descriptor)
    for (let at = from; at < size; ) {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, size - at))
      const count = fs.readSync(descriptor, piece, 0, piece.length, at)
      if (count === 0) return
      yield piece.subarray(0, count)
      at += count
    }
  } finally {
    fs.closeSync(descriptor)
  }
}
