import { HcfsError } from '@hcfs/core'

/** An answer that can be given again. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string
}

interface Entry {
  /** Hash of the request that the key stands for. */
  readonly request: string
  /** `undefined`: it came to nothing that should be repeated. */
  readonly answer: Promise<KeptAnswer | undefined>
  readonly settle: (answer: KeptAnswer | undefined) => void
}

/**
 * The answers of the last writes that came with an idempotency key.
 *
 * 1. While a request runs, its repetition waits for it and gets the same answer.
 * 2. A key that comes with another request is refused.
 * 3. A failure that may pass is not kept: the repetition is a new try.
 * 4. Holds at most `answersMax`; the oldest goes first. A node that was started anew remembers none.
 */
export class IdempotentAnswers {
  readonly #entries = new Map<string, Entry>()
  readonly #answersMax: number

  constructor({ answersMax }: { answersMax: number }) {
    this.#answersMax = answersMax
  }

  /** The answer that was given before, or `undefined` for the one who now has to make it and to call `settle`. */
  async find(key: string, request: string): Promise<KeptAnswer | undefined> {
    for (;;) {
      const known = this.#entries.get(key)
      if (known === undefined) {
        this.#begin(key, request)
        return undefined
      }
      if (known.request !== request) throw reused()
      const answer = await known.answer
      if (answer !== undefined) return answer
    }
  }

  settle(key: string, answer: KeptAnswer | undefined): void {
    const entry = this.#entries.get(key)
    if (answer === undefined) this.#entries.delete(key)
    entry?.settle(answer)
  }

  #begin(key: string, request: string): void {
    const { promise, resolve } = Promise.withResolvers<KeptAnswer | undefined>()
    this.#entries.set(key, { request, answer: promise, settle: resolve })
    if (this.#entries.size <= this.#answersMax) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.settle(oldest, undefined)
  }
}

function reused(): HcfsError {
  return new HcfsError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key stands for another request; make a new one')
}
