import type { ContextPath } from '@hcfs/core'
import type { PolicyState, PolicyView } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import type { JudgeScope } from './judge-log.ts'
import { policyScope } from './policy-scope.ts'
import type { Rejudge } from './rejudge.ts'
import { judgedUpTo } from './rejudge.ts'

export type RebuiltListener = (paths: ReadonlySet<ContextPath>) => void

export interface LogJudgingComponents {
  store: OrderedStore
  log: CommitLog
  rejudge: Rejudge
  whileQuiet: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/** Which policy holds here, and that the verdicts in the log are those that it gives. */
export class LogJudging {
  readonly #components: LogJudgingComponents
  readonly #listeners = new Set<RebuiltListener>()

  constructor(components: LogJudgingComponents) {
    this.#components = components
  }

  /** Calls back with the contexts that were made anew. Answers with what ends that. */
  onRebuilt(listener: RebuiltListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Before anybody writes: what a crash cut short, and what the policy became without being adopted. True when it changed something. */
  async finish({ epoch }: PolicyView): Promise<boolean> {
    const { store, rejudge } = this.#components
    const judged = Number(store.getTextSync(keys.meta('judged')) ?? 0)
    const rebuilt = await (judged < epoch ? rejudge.forPolicy({ from: 1 }) : rejudge.finish())
    return rebuilt.size > 0
  }

  async afterFork(): Promise<void> {
    const { rejudge, whileQuiet } = this.#components
    this.#tell(await whileQuiet(() => rejudge.finish()))
  }

  async afterPolicy(before: PolicyView, after: PolicyState): Promise<void> {
    const { store, log, rejudge, whileQuiet } = this.#components
    const scope: JudgeScope | undefined = await policyScope({ store, log }, before, after)
    // Left undone by a crash it is found by `finish`, which judges everything: slower, and the same.
    if (scope === undefined) await store.batch([judgedUpTo(after)], { sync: false })
    else this.#tell(await whileQuiet(() => rejudge.forPolicy(scope)))
  }

  #tell(paths: ReadonlySet<ContextPath>): void {
    if (paths.size === 0) return
    for (const listener of this.#listeners) listener(paths)
  }
}
