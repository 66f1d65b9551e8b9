/** Something whose speed is measured. */
export interface Workload {
  readonly name: string
  /** How many operations one call of `run` makes. @default 1 */
  readonly operations?: number
  /**
   * If it takes time, an `async` function: one that only returns a promise is called once more than it is waited for,
   * to find out what it is, and two of its calls overlap.
   */
  run(): unknown
}

/** A workload of ours beside the least that any implementation of it has to do. */
export interface BenchmarkRow extends Workload {
  /** Measured in the same run. Rows that share this object share its measurement. */
  readonly floor: Workload
  /** The least share of the floor's speed that we want. */
  readonly goal?: number
}

/** Takes one sample of something that is not a speed. */
export interface Sample {
  readonly name: string
  take(): number | Promise<number>
}

/** Something of which less is better, beside what it takes at the least. */
export interface Figure extends Sample {
  readonly unit: 'ms' | 'MB' | 'KiB' | 'rounds' | '%'
  /** Left out where nothing below us does anything comparable. */
  readonly floor?: Sample
  /** The most that we want. */
  readonly goal?: number
}

export interface OpenSuite {
  readonly rows: readonly BenchmarkRow[]
  readonly figures?: readonly Figure[]
  close?(): Promise<void>
}

export interface Suite {
  readonly name: string
  /** What a size counts, as in `body bytes`. */
  readonly unit: string
  /** Smallest first, so that growth shows; `--quick` takes the first only. */
  readonly sizes: readonly number[]
  open(size: number): OpenSuite | Promise<OpenSuite>
}
