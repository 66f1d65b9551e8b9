import type { ContextPath } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import { decodeRow, isShown } from '../replica/context-row.ts'
import type { Counts } from '../replica/counts.ts'
import { readCounts, writeCounts } from '../replica/counts.ts'
import { expiresAtMs } from '../replica/expiry.ts'
import { keys } from '../storage/keys.ts'
import type { StoreKey } from '../storage/ordered-store.ts'
import type { ProblemList } from './problem-list.ts'
import type { VerifiedState } from './verified-state.ts'
import { readable } from './verified-state.ts'

export interface TotalsCheckOptions {
  readonly space: ContextPath
  readonly expected: Counts
}

/** What the store says of all contexts together, and records that belong to none. */
export class TotalsCheck {
  readonly #state: VerifiedState
  readonly #problems: ProblemList

  constructor(state: VerifiedState, problems: ProblemList) {
    this.#state = state
    this.#problems = problems
  }

  async run({ space, expected }: TotalsCheckOptions): Promise<void> {
    await this.#checkCounts(expected)
    await this.#checkLeaves()
    await this.#checkExpiries()
    await this.#checkOrphans('context', space)
    await this.#checkOrphans('hidden', space)
    await this.#checkSteps()
  }

  async #checkCounts(expected: Counts): Promise<void> {
    const operation = writeCounts(expected)
    const stored = readable(() => readCounts(this.#state.reads))
    const isRight = stored !== undefined && JSON.stringify(inOrder(stored)) === JSON.stringify(inOrder(expected))
    if (isRight) return
    await this.#problems.add({ kind: 'index-differs', where: operation.key, repair: [operation] })
  }

  async #checkLeaves(): Promise<void> {
    const { fingerprints, reads } = this.#state
    const expected = new Map(fingerprints.leaves().map(([leaf, value]) => [keys.leaf(leaf), value]))
    for await (const chunk of reads.scanKeys(keys.family('leaf'))) {
      for (const key of chunk) if (!expected.has(key)) expected.set(key, fingerprints.emptyLeaf())
    }
    for (const [key, value] of expected) {
      const stored = readable(() => reads.getSync(key))
      if (stored !== undefined && Buffer.compare(stored, value) === 0) continue
      await this.#problems.add({ kind: 'fingerprint-differs', where: key, repair: [{ type: 'put', key, value }] })
    }
  }

  async #checkExpiries(): Promise<void> {
    for await (const chunk of this.#state.reads.scanKeys(keys.family('expiry'))) {
      for (const key of chunk) if (!this.#isDue(key)) await this.#drop(key)
    }
  }

  #isDue(key: StoreKey): boolean {
    const { atMs, path } = keys.parseExpiryKey(key)
    const text = readable(() => this.#state.reads.getTextSync(keys.context(path)))
    // A damaged row says nothing; the one that takes its place brings its own.
    if (text === undefined) return this.#problems.isDamaged(keys.context(path))
    const row = decodeRow(text)
    return isShown(row) && expiresAtMs(row.content) === atMs
  }

  /** Rows that no entry of the log leads to. */
  async #checkOrphans(family: 'context' | 'hidden', space: ContextPath): Promise<void> {
    const { reads } = this.#state
    for await (const chunk of reads.scanKeys(keys.family(family))) {
      for (const key of chunk) {
        const docId = documentIdOf(space, keys.parseContextKey(key))
        let isKnown = false
        for await (const rows of reads.scanKeys({ ...keys.historyRange(docId), limit: 1 })) isKnown = rows.length > 0
        if (!isKnown) await this.#drop(key)
      }
    }
  }

  /** The mark of an operation that cannot be read cannot be followed either. */
  async #checkSteps(): Promise<void> {
    for await (const chunk of this.#state.reads.scanKeys(keys.family('step'))) {
      for (const key of chunk) if (this.#problems.isDamaged(key)) await this.#drop(key)
    }
  }

  async #drop(key: StoreKey): Promise<void> {
    await this.#problems.add({ kind: 'index-differs', where: key, repair: [{ type: 'del', key }] })
  }
}

function inOrder({ position, commits, shown, hidden }: Counts): readonly number[] {
  return [position, commits, shown, hidden]
}
