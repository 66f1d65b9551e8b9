import type { VerifyProblem } from '@hcfs/core'
import type { OrderedStore, StoreKey, StoreOperation } from '../storage/ordered-store.ts'

export interface ProblemListComponents {
  store: Pick<OrderedStore, 'batch'>
}

export interface ProblemListOptions {
  isRepairing: boolean
  /** Records that do not decode. */
  damaged: ReadonlySet<StoreKey>
}

export interface FoundProblem extends Pick<VerifyProblem, 'kind' | 'where'> {
  /** What makes it right; left out when nothing here can. */
  readonly repair?: readonly StoreOperation[]
}

const BATCH_OPERATIONS_MAX = 256

/** What is wrong with a store, and the writing of what makes it right. */
export class ProblemList {
  readonly #store: Pick<OrderedStore, 'batch'>
  readonly #options: ProblemListOptions
  readonly #problems: VerifyProblem[] = []
  readonly #repairedKeys = new Set<StoreKey>()
  #operations: StoreOperation[] = []

  constructor({ store }: ProblemListComponents, options: ProblemListOptions) {
    this.#store = store
    this.#options = options
  }

  isDamaged(key: StoreKey): boolean {
    return this.#options.damaged.has(key)
  }

  async add({ kind, where, repair }: FoundProblem): Promise<void> {
    const isRepaired = this.#options.isRepairing && repair !== undefined
    // A damaged record is one problem, not two: it is listed at the end, by its key.
    const isListed = repair?.some(({ key }) => this.isDamaged(key)) === true
    if (!isListed) this.#problems.push({ kind, where, outcome: isRepaired ? 'repaired' : 'reported' })
    if (!isRepaired) return
    for (const { key } of repair) this.#repairedKeys.add(key)
    this.#operations.push(...repair)
    if (this.#operations.length >= BATCH_OPERATIONS_MAX) await this.#write()
  }

  /** Writes what is waiting to be written. */
  async finish(): Promise<readonly VerifyProblem[]> {
    await this.#write()
    const damaged = [...this.#options.damaged].map((key): VerifyProblem => {
      return { kind: 'record-damaged', where: key, outcome: this.#repairedKeys.has(key) ? 'repaired' : 'reported' }
    })
    return [...damaged, ...this.#problems]
  }

  async #write(): Promise<void> {
    if (this.#operations.length === 0) return
    const operations = this.#operations
    this.#operations = []
    await this.#store.batch(operations, { sync: true })
  }
}
