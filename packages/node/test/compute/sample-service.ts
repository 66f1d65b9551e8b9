import { parentPort, threadId } from 'node:worker_threads'
import { HcfsError } from '@hcfs/core'

interface SampleOptions {
  readonly greeting?: string
  readonly failsToStart?: boolean
  readonly failsToClose?: boolean
  /** Counts calls of `close` where both threads can see it. */
  readonly closed?: SharedArrayBuffer
}

/** A service for tests: it answers, fails and dies in every way there is. */
export class SampleService {
  readonly #options: SampleOptions
  readonly #order: string[] = []
  #release: (() => void) | undefined

  constructor(options: SampleOptions) {
    this.#options = options
  }

  greet(name: string): string {
    return `${this.#options.greeting ?? 'Hello'} ${name}`
  }

  keep(make: () => number): number {
    return make()
  }

  thread(): number {
    return threadId
  }

  /** Takes many turns of the loop for a large `turns`. */
  async note(mark: string, turns: number): Promise<readonly string[]> {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    this.#order.push(mark)
    return [...this.#order]
  }

  double(numbers: Float32Array): Float32Array {
    return numbers.map((each) => 2 * each)
  }

  wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#release = resolve
    return promise
  }

  refuse(): never {
    throw new HcfsError('STORAGE_FULL', 'No room', { details: { bytes: 7 }, cause: new Error('the disk') })
  }

  stumble(): never {
    throw new RangeError('stumbled')
  }

  throwText(): never {
    throw 'only a text'
  }

  give(): () => void {
    return () => this.#release?.()
  }

  /** Lets the thread end as if it had nothing more to do. */
  leave(): void {
    parentPort?.close()
  }

  /** Throws where no call waits for it. */
  crash(): void {
    queueMicrotask(() => {
      throw new Error('nobody caught this')
    })
  }

  fillMemory(): number {
    const kept: number[][] = []
    while (kept.length < Number.MAX_SAFE_INTEGER) kept.push(Array.from({ length: 10_000 }, (_, index) => index + 0.5))
    return kept.length
  }

  spin(): never {
    for (;;);
  }

  close(): void {
    if (this.#options.closed !== undefined) Atomics.add(new Int32Array(this.#options.closed), 0, 1)
    if (this.#options.failsToClose === true) throw new HcfsError('STORAGE_FAILED', 'Could not write the last page')
  }
}

export async function createService(options: SampleOptions): Promise<SampleService> {
  if (options.failsToStart === true) throw new HcfsError('FORMAT_TOO_NEW', 'A newer index')
  return new SampleService(options)
}
