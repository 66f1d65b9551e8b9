import { settle } from '@hcfs/core'
import type { PreparedBatch, StoreOperation } from '../../src/storage/ordered-store.ts'

interface WriteInFlight {
  readonly operations: readonly StoreOperation[]
  readonly sync: boolean
  readonly done: PromiseWithResolvers<void>
}

/** A disk that finishes a write when the test says so. Remembers what was written, in order. */
export class GatedStore {
  readonly prepared: (readonly StoreOperation[])[] = []
  readonly written: (readonly StoreOperation[])[] = []
  readonly inFlight: WriteInFlight[] = []
  discardedCount = 0
  syncCount = 0
  /** What the next fsync fails with. */
  syncFailure: Error | undefined
  /** An fsync takes until this resolves. */
  syncing: Promise<void> = Promise.resolve()

  prepare(operations: readonly StoreOperation[]): PreparedBatch {
    this.prepared.push(operations)
    return {
      write: ({ sync = false } = {}) => {
        const done = Promise.withResolvers<void>()
        this.inFlight.push({ operations, sync, done })
        return done.promise
      },
      discard: async () => {
        this.discardedCount += 1
      }
    }
  }

  async sync(): Promise<void> {
    this.syncCount += 1
    await this.syncing
    const failure = this.syncFailure
    this.syncFailure = undefined
    if (failure !== undefined) throw failure
  }

  /** Finishes the write in flight, and lets everybody who waited for it go on. */
  async finish(): Promise<void> {
    const write = this.inFlight.shift()
    if (write === undefined) throw new Error('No write is in flight')
    this.written.push(write.operations)
    write.done.resolve()
    await settle()
  }

  async fail(error: Error): Promise<void> {
    this.inFlight.shift()?.done.reject(error)
    await settle()
  }
}
