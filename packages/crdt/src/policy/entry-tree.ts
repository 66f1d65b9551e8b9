import { HcfsError } from '@hcfs/core'
import { applyEntry } from './apply-entry.ts'
import type { PolicyEntry } from './policy-entry.ts'
import { isRecovery } from './policy-entry.ts'
import type { PolicyFacts } from './policy-facts.ts'
import type { PolicyFork } from './policy-fork.ts'
import type { Verified } from './signed-part.ts'

type Entry = Verified<PolicyEntry>

/**
 * Policy entries, each behind the one that it names. An honest owner makes a
 * chain; the rules for everything else:
 *
 * 1. An entry is in the tree only if the policy of its own branch allows it.
 * 2. From the founding on, the chain goes where the only follower leads. Of several
 *    it goes where a recovery lies; if that is none or more than one, it stops.
 *
 * So the chain depends on the entries alone, and never on which came first.
 */
export class EntryTree {
  readonly #founding: PolicyFacts
  readonly #entries = new Map<string, Entry>()
  readonly #children = new Map<string, Entry[]>()
  /** Entries that are recoveries, or have one behind them. */
  readonly #recovered = new Set<string>()
  #chain: Entry[] = []
  #fork: PolicyFork | undefined
  /** The facts at the entry that was added last: the next one mostly follows it. */
  #newest: PolicyFacts

  constructor(founding: PolicyFacts) {
    this.#founding = founding
    this.#newest = founding
  }

  get chain(): readonly Entry[] {
    return this.#chain
  }

  get fork(): PolicyFork | undefined {
    return this.#fork
  }

  has(id: string): boolean {
    return id === this.#founding.head || this.#entries.has(id)
  }

  childrenOf(id: string): readonly Entry[] {
    return this.#children.get(id) ?? []
  }

  /** What it follows must be here. Fails if the policy of its branch refuses it. */
  add(entry: Entry): void {
    this.#newest = applyEntry(this.#factsAt(entry.prev), entry)
    this.#entries.set(entry.id, entry)
    this.#children.set(entry.prev, [...this.childrenOf(entry.prev), entry])
    if (isRecovery(entry)) for (const each of this.#branchTo(entry.id)) this.#recovered.add(each.id)
    const isNext =
      (this.#chain.at(-1)?.id ?? this.#founding.head) === entry.prev && this.childrenOf(entry.prev).length === 1
    if (isNext) this.#chain.push(entry)
    else this.#decide()
  }

  /** Whether the policy of its branch allowed it. */
  tryAdd(entry: Entry): boolean {
    try {
      this.add(entry)
      return true
    } catch (error) {
      if (error instanceof HcfsError) return false
      throw error
    }
  }

  #decide(): void {
    this.#chain = []
    this.#fork = undefined
    for (let head = this.#founding.head; ; head = this.#chain.at(-1)!.id) {
      const followers = this.childrenOf(head)
      const recovered = followers.filter(({ id }) => this.#recovered.has(id))
      const next = followers.length === 1 ? followers : recovered
      if (next.length === 1) this.#chain.push(next[0]!)
      else {
        if (followers.length > 0)
          this.#fork = forkOf(recovered.length > 1 ? recovered : followers, recovered.length > 1)
        return
      }
    }
  }

  #factsAt(id: string): PolicyFacts {
    if (id === this.#newest.head) return this.#newest
    return this.#branchTo(id).reduce<PolicyFacts>(applyEntry, this.#founding)
  }

  /** From the first epoch to this entry. */
  #branchTo(id: string): Entry[] {
    const branch: Entry[] = []
    for (let entry = this.#entries.get(id); entry !== undefined; entry = this.#entries.get(entry.prev))
      branch.push(entry)
    return branch.reverse()
  }
}

/** The same two of several on every replica: those with the lowest ids. */
function forkOf(followers: readonly Entry[], isFinal: boolean): PolicyFork {
  const [first, second] = followers.toSorted((left, right) => (left.id < right.id ? -1 : 1))
  return { entries: [first!, second!], isFinal }
}
