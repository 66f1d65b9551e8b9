import type { FaultPlan } from './fault-plan.ts'
import type { ScanOptions, StoreCallOptions, StoreEntry, StoreKey, StoreReads } from './ordered-store.ts'

export interface FaultyReadsComponents {
  reads: StoreReads
  plan: FaultPlan
  /** Begins a read, and gives a check that throws when it has to end. */
  begin(): () => void
  /** Lets time pass; never resolves after a crash. */
  delay(): Promise<void>
}

/** Reads of a `FaultyStore` and of its snapshots. */
export class FaultyReads implements StoreReads {
  readonly #components: FaultyReadsComponents

  constructor(components: FaultyReadsComponents) {
    this.#components = components
  }

  async get(key: StoreKey, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    const [value] = await this.getMany([key], options)
    return value
  }

  getSync(key: StoreKey): Uint8Array | undefined {
    const { begin, reads, plan } = this.#components
    begin()()
    const value = reads.getSync(key)
    plan.throwFaultOf('read')
    return value === undefined ? undefined : plan.readBack(value)
  }

  getTextSync(key: StoreKey): string | undefined {
    const value = this.getSync(key)
    return value === undefined ? undefined : Buffer.from(value).toString('utf8')
  }

  async getMany(keys: readonly StoreKey[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    const { begin, delay, reads, plan } = this.#components
    begin()()
    const values = await reads.getMany(keys, options)
    await delay()
    plan.throwFaultOf('read')
    return values.map((value) => (value === undefined ? undefined : plan.readBack(value)))
  }

  async *scan(options?: ScanOptions): AsyncGenerator<readonly StoreEntry<Uint8Array>[]> {
    const { plan, reads } = this.#components
    for await (const chunk of this.#steps(() => reads.scan(options))) {
      yield chunk.map(([key, value]): StoreEntry<Uint8Array> => [key, plan.readBack(value)])
    }
  }

  async *scanText(options?: ScanOptions): AsyncGenerator<readonly StoreEntry<string>[]> {
    for await (const chunk of this.scan(options)) {
      yield chunk.map(([key, value]): StoreEntry<string> => [key, Buffer.from(value).toString('utf8')])
    }
  }

  scanKeys(options?: ScanOptions): AsyncIterable<readonly StoreKey[]> {
    return this.#steps(() => this.#components.reads.scanKeys(options))
  }

  async *#steps<Chunk>(chunks: () => AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
    const { begin, delay, plan } = this.#components
    const assertAlive = begin()
    assertAlive()
    for await (const chunk of chunks()) {
      await delay()
      plan.throwFaultOf('read')
      yield chunk
      assertAlive()
    }
  }
}
