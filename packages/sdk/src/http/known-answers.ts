/** An answer that the node can be asked to confirm. */
export interface KnownAnswer {
  readonly entityTag: string
  readonly text: string
}

/**
 * Answers with an entity tag, so that what has not changed is not sent again.
 * Nothing is answered from here without asking the node. Holds at most
 * `answersMax`, and none that is very long; the one used longest ago goes first.
 */
export class KnownAnswers {
  readonly #answers = new Map<string, KnownAnswer>()
  readonly #answersMax: number

  constructor({ answersMax = 512 }: { answersMax?: number } = {}) {
    this.#answersMax = answersMax
  }

  find(target: string): KnownAnswer | undefined {
    const known = this.#answers.get(target)
    if (known === undefined) return undefined
    this.#answers.delete(target)
    this.#answers.set(target, known)
    return known
  }

  keep(target: string, answer: KnownAnswer): void {
    this.#answers.delete(target)
    if (answer.text.length > TEXT_LENGTH_MAX) return
    this.#answers.set(target, answer)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > this.#answersMax && oldest !== undefined) this.#answers.delete(oldest)
  }
}

const TEXT_LENGTH_MAX = 65_536
