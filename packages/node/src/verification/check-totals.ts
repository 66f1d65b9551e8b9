import type { ContextPath, DocId } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import { decodeRow } from '../replica/context-row.ts'
import type { Counts } from '../replica/counts.ts'
import { readCounts, writeCounts } from '../replica/counts.ts'
import { expiresAtMs } from '../replica/expiry.ts'
import { keys } from '../storage/keys.ts'
import type { StoreKey } from '../storage/ordered-store.ts'
import type { ProblemList } from './problem-list.ts'
import type { VerifiedState } from './verified-state.ts'
import { readable } from './verified-state.ts'

export interface TotalsCheckOptions {
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

  async run({ expected }: TotalsCheckOptions): Promise<void> {
    await this.#checkCounts(expected)
    await this.#checkLeaves()
    await this.#checkExpiries()
    await this.#checkOrphans('context')
    await this.#checkOrphans('hidden')
    await this.#checkOrphans('stray')
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
    const expected = new Map<StoreKey, Uint8Array>()
    for (const space of fingerprints.spaces()) {
      for (const [leaf, value] of fingerprints.of(space).leaves()) expected.set(keys.leaf(leaf, space), value)
    }
    for await (const chunk of reads.scanKeys(keys.family('leaf'))) {
      for (const key of chunk)
        if (!expected.has(key)) expected.set(key, fingerprints.of(keys.spaceOfLeafKey(key)).emptyLeaf())
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
    return this.#state.places.isListed(row) && expiresAtMs(row.content) === atMs
  }

  /** Rows that no entry of the log leads to. */
  async #checkOrphans(family: 'context' | 'hidden' | 'stray'): Promise<void> {
    const { reads } = this.#state
    for await (const chunk of reads.scanKeys(keys.family(family))) {
      for (const key of chunk) {
        const text = readable(() => reads.getTextSync(key))
        const docId = text === undefined ? undefined : decodeRow(text).docId
        if (!(await this.#isKnown(pathOf(key, family), docId))) await this.#drop(key)
      }
    }
  }

  /** Whether the log has entries of what lies at a path. Of a damaged row its id cannot be read. */
  async #isKnown(path: ContextPath, docId: DocId | undefined): Promise<boolean> {
    for (const space of this.#state.fingerprints.spaces()) {
      const here = documentIdOf(space, path)
      if (docId !== undefined && docId !== here) continue
      const range = { ...keys.historyRange(here), limit: 1 }
      for await (const rows of this.#state.reads.scanKeys(range)) if (rows.length > 0) return true
    }
    return false
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

function pathOf(key: StoreKey, family: 'context' | 'hidden' | 'stray'): ContextPath {
  return family === 'stray' ? keys.parseStrayKey(key).path : keys.parseContextKey(key)
}

function inOrder({ position, commits, shown, hidden }: Counts): readonly number[] {
  return [position, commits, shown, hidden]
}
