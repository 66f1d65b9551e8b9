import { MemoryReads } from './memory-reads.ts'
import type {
  BatchOptions,
  OrderedStore,
  PreparedBatch,
  StoreKey,
  StoreOperation,
  StoreSnapshot
} from './ordered-store.ts'
import { prepareOnce } from './prepared-batch.ts'
import { SortedChunks } from './sorted-chunks.ts'
import { storeClosed } from './store-errors.ts'
import { assertStoreOperation } from './store-key.ts'

/** What a `MemoryStore` leaves behind when it is closed, as a disk would. */
type MemoryMedium = SortedChunks<Uint8Array>

export interface MemoryStoreOptions {
  /**
   * What an earlier store left behind, to go on with it. One store at a time.
   *
   * @default nothing
   */
  medium?: MemoryMedium
}

interface EncodedOperation {
  readonly key: StoreKey
  /** Absent: the key is deleted. */
  readonly value: Uint8Array | undefined
}

/**
 * A sorted map in memory, for nodes without a directory and for the simulation.
 * Nothing of it survives the process, so `sync` has nothing to do.
 *
 * A batch takes effect a microtask after `write` was called, never at once: code
 * that reads what it did not wait for must not work here and fail on a disk.
 */
export class MemoryStore extends MemoryReads implements OrderedStore {
  readonly #medium: OpenMedium
  #writes: Promise<void> = Promise.resolve()

  constructor({ medium = new SortedChunks() }: MemoryStoreOptions = {}) {
    const open = new OpenMedium(medium)
    super(() => open.contents)
    this.#medium = open
  }

  prepare(operations: readonly StoreOperation[]): PreparedBatch {
    this.#medium.assertOpen()
    const encoded = operations.map(encode)
    return prepareOnce({ write: () => this.#enqueue(encoded), discard: async () => {} })
  }

  async batch(operations: readonly StoreOperation[], options?: BatchOptions): Promise<void> {
    await this.prepare(operations).write(options)
  }

  async sync(): Promise<void> {
    this.#medium.assertOpen()
  }

  snapshot(): StoreSnapshot {
    return new MemorySnapshot(this.#medium)
  }

  async recover(): Promise<void> {
    this.#medium.assertOpen()
  }

  async close(): Promise<void> {
    this.#medium.close()
    await this.#writes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #enqueue(batch: readonly EncodedOperation[]): Promise<void> {
    const { contents } = this.#medium
    const done = this.#writes.then(() => apply(batch, contents))
    this.#writes = done
    await done
  }
}

class MemorySnapshot extends MemoryReads implements StoreSnapshot {
  readonly #medium: OpenMedium

  constructor(live: OpenMedium) {
    const frozen = new OpenMedium(live.contents.clone())
    super(() => {
      live.assertOpen()
      return frozen.contents
    })
    this.#medium = frozen
  }

  async close(): Promise<void> {
    this.#medium.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** Contents that can be read until they are closed. */
class OpenMedium {
  readonly #contents: MemoryMedium
  #isOpen = true

  constructor(contents: MemoryMedium) {
    this.#contents = contents
  }

  get contents(): MemoryMedium {
    this.assertOpen()
    return this.#contents
  }

  assertOpen(): void {
    if (!this.#isOpen) throw storeClosed()
  }

  close(): void {
    this.#isOpen = false
  }
}

function apply(batch: readonly EncodedOperation[], contents: MemoryMedium): void {
  for (const { key, value } of batch) {
    if (value === undefined) contents.delete(key)
    else contents.set(key, value)
  }
}

function encode(operation: StoreOperation): EncodedOperation {
  assertStoreOperation(operation)
  const { key } = operation
  if (operation.type === 'del') return { key, value: undefined }
  const { value } = operation
  return { key, value: typeof value === 'string' ? Buffer.from(value) : Uint8Array.from(value) }
}
