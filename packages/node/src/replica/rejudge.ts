import type { ContextPath, DocId } from '@hcfs/core'
import type { PolicyView } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import type { ContextRebuild } from './context-rebuild.ts'
import { firstHeld } from './first-held.ts'
import type { ChangedVerdict, JudgedLog, JudgeScope } from './judge-log.ts'
import { JudgeLog } from './judge-log.ts'
import { FROM_THE_FIRST_HELD } from './received-judge.ts'
import type { Unjudged } from './unjudged.ts'
import { readUnjudged } from './unjudged.ts'
import { writeVoids } from './void-record.ts'

export interface RejudgeComponents {
  store: OrderedStore
  log: CommitLog
  history: ContextHistory
  rebuild: ContextRebuild
  policy: () => PolicyView
  /** What to store besides, because a commit lost its effect. */
  marksOf: (changed: ChangedVerdict) => readonly StoreOperation[]
}

/**
 * Brings the store to what the policy and the forks that are known make of its log.
 * To be run while nobody writes.
 *
 * 1. First the new verdicts are stored, together with the list of contexts that
 *    have to be built anew; then each of them is built, and leaves the list.
 * 2. After a crash in the middle, `finish` does what was left.
 */
export class Rejudge {
  readonly #components: RejudgeComponents

  constructor(components: RejudgeComponents) {
    this.#components = components
  }

  /** Judges what was marked, and builds what is on the list. Answers with the contexts that were built anew. */
  async finish(): Promise<ReadonlySet<ContextPath>> {
    const { store } = this.#components
    const unjudged = await readUnjudged(store)
    if (unjudged.chains.size === 0) return this.#build(unjudged.documents)
    return this.#run(await this.#scopeOf(unjudged), unjudged)
  }

  /** After the policy has changed: `scope` says for what, and undefined stands for nothing. */
  async forPolicy(scope: JudgeScope | undefined): Promise<ReadonlySet<ContextPath>> {
    const unjudged = await readUnjudged(this.#components.store)
    return this.#run(scope, unjudged)
  }

  async #run(scope: JudgeScope | undefined, unjudged: Unjudged): Promise<ReadonlySet<ContextPath>> {
    const { store, policy, marksOf } = this.#components
    const judge = new JudgeLog({ ...this.#components, policy: policy() })
    const { changed, claimed } = scope === undefined ? NOTHING : await judge.run(scope)
    const documents = new Set([...unjudged.documents, ...changed.flatMap((change) => change.documents)])
    const operations: StoreOperation[] = [judgedUpTo(policy())]
    for (const change of changed) operations.push(writeVoids(change.position, change.verdicts), ...marksOf(change))
    for (const docId of claimed) operations.push({ type: 'put', key: keys.claimedDocument(docId), value: '' })
    for (const docId of documents) operations.push({ type: 'put', key: keys.unbuiltDocument(docId), value: '' })
    for (const chain of unjudged.chains.keys()) operations.push({ type: 'del', key: keys.unjudgedChain(chain) })
    await store.batch(operations, { sync: true })
    return this.#build([...documents])
  }

  async #build(documents: readonly DocId[]): Promise<ReadonlySet<ContextPath>> {
    const { store, rebuild } = this.#components
    const paths = new Set<ContextPath>()
    for (const docId of documents) {
      const path = await this.#pathOf(docId)
      const done: StoreOperation[] = [{ type: 'del', key: keys.unbuiltDocument(docId) }]
      if (path !== undefined) {
        paths.add(path)
        done.push({ type: 'put', key: keys.untold(path), value: '' })
      }
      await store.batch([...(await rebuild.operations(docId)), ...done], { sync: true })
    }
    return paths
  }

  async #pathOf(docId: DocId): Promise<ContextPath | undefined> {
    const { history, log } = this.#components
    for await (const row of history.allRows(docId, { limit: 1 })) return log.entry(row).entry.path
    return undefined
  }

  async #scopeOf({ chains }: Unjudged): Promise<JudgeScope | undefined> {
    const starts = [...chains.values()].filter((from) => from !== FROM_THE_FIRST_HELD)
    // A commit that completes the chain to a settled place decides for what was held all along.
    const held = await firstHeld(this.#components.store)
    const from = Math.min(...starts, held ?? Number.POSITIVE_INFINITY)
    return Number.isFinite(from) ? { from, chains: new Set(chains.keys()) } : undefined
  }
}

const NOTHING: JudgedLog = { changed: [], claimed: [] }

/** Up to which epoch the verdicts in the log are those of the policy. */
export function judgedUpTo({ epoch }: PolicyView): StoreOperation {
  return { type: 'put', key: keys.meta('judged'), value: String(epoch) }
}
