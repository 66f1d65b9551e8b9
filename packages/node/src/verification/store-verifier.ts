import type { Clock, VerifyOptions, VerifyReport } from '@hcfs/core'
import { parsePath, ROOT_PATH } from '@hcfs/core'
import { SignatureVerifier } from '@hcfs/crdt'
import { readCounts } from '../replica/counts.ts'
import type { CheckedStore } from '../storage/checked-store.ts'
import type { StoreKey, StoreReads } from '../storage/ordered-store.ts'
import { CommitCheck } from './check-commits.ts'
import { ContextCheck } from './check-contexts.ts'
import { TotalsCheck } from './check-totals.ts'
import { Pace } from './pace.ts'
import { ProblemList } from './problem-list.ts'
import type { VerifiedState } from './verified-state.ts'
import { readable } from './verified-state.ts'

export interface StoreVerifierComponents {
  store: Pick<CheckedStore, 'snapshot' | 'batch' | 'damagedKeys'>
  clock: Pick<Clock, 'monotonicMs' | 'wait'>
  stateOver: (reads: StoreReads) => VerifiedState
  /** Runs work while nobody writes. */
  whileQuiet: (work: () => Promise<VerifyReport>) => Promise<VerifyReport>
}

/**
 * Compares everything the store holds with what its commits say.
 *
 * 1. Signed records are never changed. What is wrong with them is reported.
 * 2. Everything else follows from them, and is written anew when asked to repair.
 * 3. Reads one context at a time, from a snapshot. Writing goes on meanwhile,
 *    except while repairing.
 */
export class StoreVerifier {
  readonly #components: StoreVerifierComponents

  constructor(components: StoreVerifierComponents) {
    this.#components = components
  }

  verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    if (options.repair !== true) return this.#verify(options)
    return this.#components.whileQuiet(() => this.#verify(options))
  }

  /** For a store that nobody has opened yet, because it cannot be. */
  repairClosed(): Promise<VerifyReport> {
    return this.#verify({ repair: true })
  }

  async #verify(options: VerifyOptions): Promise<VerifyReport> {
    const { store, stateOver } = this.#components
    const damaged = await this.#damagedKeys(options)
    await using snapshot = store.snapshot()
    const problems = new ProblemList({ store }, { isRepairing: options.repair === true, damaged })
    // Not without `await`: the snapshot would be closed at once.
    return await this.#check(stateOver(snapshot), problems, options)
  }

  async #check(state: VerifiedState, problems: ProblemList, options: VerifyOptions): Promise<VerifyReport> {
    const { signal } = options
    const under = parsePath(options.under ?? '/')
    const pace = new Pace(this.#components.clock)
    const onChecked = this.#progressOf(state, options)
    const commits = await new CommitCheck(state, problems, pace).run({
      verifier: new SignatureVerifier(),
      signal,
      onChecked
    })
    const { unindexed } = commits
    const contexts = await new ContextCheck(state, problems, pace).run({ under, unindexed, signal, onChecked })
    if (under === ROOT_PATH) {
      const expected = { position: commits.lastPosition, commits: commits.commits, ...contexts }
      await new TotalsCheck(state, problems).run({ expected })
    }
    const found = await problems.finish()
    return { contexts: contexts.shown + contexts.hidden, commits: commits.commits, problems: found }
  }

  async #damagedKeys({ signal }: VerifyOptions): Promise<Set<StoreKey>> {
    const damaged = new Set<StoreKey>()
    for await (const key of this.#components.store.damagedKeys(signal === undefined ? {} : { signal })) damaged.add(key)
    return damaged
  }

  #progressOf({ reads }: VerifiedState, { onProgress }: VerifyOptions): () => void {
    const counts = readable(() => readCounts(reads))
    const total = counts === undefined ? 0 : counts.commits + counts.shown + counts.hidden
    let checked = 0
    return () => {
      checked += 1
      onProgress?.({ checked, total: Math.max(total, checked) })
    }
  }
}
