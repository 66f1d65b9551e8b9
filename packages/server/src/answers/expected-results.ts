import type { IncomingMessage } from 'node:http'
import type { KeptAnswer } from './idempotent-answers.ts'

export type SettleAnswer = (answer: KeptAnswer | undefined) => void

/**
 * Who has to say what came of a request with an idempotency key. An answer in one piece is kept as it is
 * sent. One that comes in parts outlives its connection, so whoever makes it takes over, and says it at the end.
 */
export class ExpectedResults {
  readonly #settles = new WeakMap<IncomingMessage, SettleAnswer>()

  expect(request: IncomingMessage, settle: SettleAnswer): void {
    this.#settles.set(request, settle)
  }

  /** Only the first one who asks gets it. */
  take(request: IncomingMessage): SettleAnswer | undefined {
    const settle = this.#settles.get(request)
    this.#settles.delete(request)
    return settle
  }
}
