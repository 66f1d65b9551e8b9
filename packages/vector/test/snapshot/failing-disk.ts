import type { SnapshotDisk } from '../../src/snapshot/snapshot-disk.ts'
import { fileDisk } from '../../src/snapshot/snapshot-disk.ts'

/** A disk under a process that dies before a given step, counted over all that change something. */
export class DyingDisk implements SnapshotDisk {
  readonly #stepsBefore: number
  readonly #isTorn: boolean
  #steps = 0

  /** `isTorn`: the write during which it dies leaves half of its bytes. */
  constructor(stepsBefore: number, { isTorn = false }: { readonly isTorn?: boolean } = {}) {
    this.#stepsBefore = stepsBefore
    this.#isTorn = isTorn
  }

  prepare(directory: string): void {
    this.#step()
    fileDisk.prepare(directory)
  }

  produce(file: string, write: (file: string) => void): void {
    this.#step(() => fileDisk.write(file, [new Uint8Array(100)]))
    fileDisk.produce(file, write)
  }

  write(file: string, parts: readonly Uint8Array[]): void {
    this.#step(() => fileDisk.write(file, [parts[0]?.subarray(0, parts[0].length / 2) ?? new Uint8Array()]))
    fileDisk.write(file, parts)
  }

  sync(path: string): void {
    this.#step()
    fileDisk.sync(path)
  }

  rename(from: string, to: string): void {
    this.#step()
    fileDisk.rename(from, to)
  }

  remove(file: string): void {
    this.#step()
    fileDisk.remove(file)
  }

  names(directory: string): string[] {
    return fileDisk.names(directory)
  }

  read(file: string): Uint8Array | undefined {
    return fileDisk.read(file)
  }

  bytesOf(file: string): number {
    return fileDisk.bytesOf(file)
  }

  pieces(file: string, from: number): Iterable<Uint8Array> {
    return fileDisk.pieces(file, from)
  }

  #step(tear: () => void = () => {}): void {
    this.#steps += 1
    if (this.#steps <= this.#stepsBefore) return
    if (this.#isTorn && this.#steps === this.#stepsBefore + 1) tear()
    throw new Error('the process died here')
  }
}
