import type { ErrorCode, Random } from '@hcfs/core'
import { storeError } from './store-errors.ts'

export type FaultyOperation = 'read' | 'write'

export interface FaultPlanOptions {
  /**
   * One operation in so many fails; half of the failed batches turn out to be stored.
   *
   * @default 0: none
   */
  failEvery?: number
  /**
   * One value in so many comes back with one bit flipped. What is stored stays right.
   *
   * @default 0: none
   */
  flipBitEvery?: number
}

interface AnnouncedFault {
  readonly operation: FaultyOperation
  readonly code: ErrorCode
  countdown: number
}

/** Decides which operations of a `FaultyStore` fail, and how. The same random numbers give the same faults. */
export class FaultPlan {
  readonly #random: Random
  readonly #failEvery: number
  readonly #flipBitEvery: number
  #announced: AnnouncedFault[] = []
  isDiskFull = false

  constructor(random: Random, { failEvery = 0, flipBitEvery = 0 }: FaultPlanOptions) {
    this.#random = random
    this.#failEvery = failEvery
    this.#flipBitEvery = flipBitEvery
  }

  /** The n-th operation of that kind from now fails; 1 is the next. */
  announce(operation: FaultyOperation, n: number, code: ErrorCode): void {
    this.#announced.push({ operation, code, countdown: n })
  }

  /** Counts one operation, and says how it fails if it does. */
  faultOf(operation: FaultyOperation): Error | undefined {
    const announced = this.#announced.filter((fault) => fault.operation === operation)
    for (const fault of announced) fault.countdown -= 1
    const due = announced.find(({ countdown }) => countdown <= 0)
    this.#announced = this.#announced.filter((fault) => fault !== due)
    if (due !== undefined) return storeError(due.code)
    if (operation === 'write' && this.isDiskFull) return storeError('STORAGE_FULL')
    return this.#isOneIn(this.#failEvery) ? storeError('STORAGE_FAILED') : undefined
  }

  throwFaultOf(operation: FaultyOperation): void {
    const fault = this.faultOf(operation)
    if (fault !== undefined) throw fault
  }

  /** What the disk gives back for these bytes. */
  readBack(value: Uint8Array): Uint8Array {
    if (value.byteLength === 0 || !this.#isOneIn(this.#flipBitEvery)) return value
    const damaged = Uint8Array.from(value)
    const at = this.#random.below(damaged.byteLength)
    damaged[at] = damaged[at]! ^ (1 << this.#random.below(8))
    return damaged
  }

  /** Whether something that can go either way goes this way. */
  coin(): boolean {
    return this.#random.below(2) === 0
  }

  #isOneIn(count: number): boolean {
    return count > 0 && this.#random.below(count) === 0
  }
}
