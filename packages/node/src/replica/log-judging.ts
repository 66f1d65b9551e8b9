import type { ContextPath, Logger } from '@hcfs/core'
import type { PolicyState, PolicyView } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'
import type { CommitLog } from './commit-log.ts'
import type { JudgeScope } from './judge-log.ts'
import { policyScope } from './policy-scope.ts'
import type { Rejudge } from './rejudge.ts'
import { judgedUpTo } from './rejudge.ts'
import type { RowRelocation } from './row-relocation.ts'
import { pathsOfOtherSpaces } from './row-relocation.ts'

/** What it is told it is told again after a crash, unless what it answers with has come true. */
export type RebuiltListener = (paths: ReadonlySet<ContextPath>) => void | Promise<void>

export interface LogJudgingComponents {
  store: OrderedStore
  log: CommitLog
  rejudge: Rejudge
  relocation: RowRelocation
  /** Writes anew what the own device wrote and what has lost its effect. */
  rewrite: () => Promise<void>
  logger: Pick<Logger, 'debug'>
  whileQuiet: <Result>(work: () => Promise<Result>) => Promise<Result>
}

const NOTHING: ReadonlySet<ContextPath> = new Set()

/** Which policy holds here, and that the verdicts in the log are those that it gives. */
export class LogJudging {
  readonly #components: LogJudgingComponents
  readonly #listeners = new Set<RebuiltListener>()
  readonly #stopping = Promise.withResolvers<void>()
  #isStopped = false
  #telling: Promise<void> = Promise.resolve()

  constructor(components: LogJudgingComponents) {
    this.#components = components
  }

  /** Calls back with the contexts that were made anew. Answers with what ends that. */
  onRebuilt(listener: RebuiltListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Before anybody writes: what a crash cut short, and what the policy became without being adopted. True when it changed something. */
  async finish(policy: PolicyView): Promise<boolean> {
    const { store, rejudge, relocation } = this.#components
    const isJudged = Number(store.getTextSync(keys.meta('judged')) ?? 0) >= policy.epoch
    const moved = isJudged ? NOTHING : await relocation.run(pathsOfOtherSpaces(undefined, policy))
    const rebuilt = await (isJudged ? rejudge.finish() : rejudge.forPolicy({ from: 1 }))
    this.#tell()
    return moved.size + rebuilt.size > 0
  }

  /** What an earlier run left to be written anew. */
  rewriteOwn(): Promise<void> {
    return this.#components.rewrite()
  }

  /** Resolves when nobody is being told of anything any more. */
  async stopped(): Promise<void> {
    this.#isStopped = true
    this.#stopping.resolve()
    await this.#telling
  }

  async afterFork(): Promise<void> {
    const { rejudge, rewrite, whileQuiet } = this.#components
    await whileQuiet(() => rejudge.finish())
    this.#tell()
    await rewrite()
  }

  /** `adopt` makes the newer policy the one that holds. */
  async afterPolicy(before: PolicyView, after: PolicyState, adopt: () => void): Promise<void> {
    const paths = pathsOfOtherSpaces(before, after)
    if (paths.length > 0) await this.#adoptSpaces(before, after, { paths, adopt })
    else await this.#adopt(before, after, adopt)
    await this.#components.rewrite()
  }

  async #adoptSpaces(
    before: PolicyView,
    after: PolicyState,
    { paths, adopt }: { paths: readonly ContextPath[]; adopt: () => void }
  ): Promise<void> {
    const { store, log, rejudge, relocation, whileQuiet } = this.#components
    await whileQuiet(async () => {
      // Not before: what is written meanwhile would look for its rows where they are not yet.
      adopt()
      await relocation.run(paths)
      await rejudge.forPolicy(await policyScope({ store, log }, before, after))
    })
    this.#tell()
  }

  async #adopt(before: PolicyView, after: PolicyState, adopt: () => void): Promise<void> {
    const { store, log, rejudge, whileQuiet } = this.#components
    adopt()
    const scope: JudgeScope | undefined = await policyScope({ store, log }, before, after)
    // Left undone by a crash it is found by `finish`, which judges everything: slower, and the same.
    if (scope === undefined) await store.batch([judgedUpTo(after)], { sync: false })
    else await whileQuiet(() => rejudge.forPolicy(scope))
    this.#tell()
  }

  /** In the background: nobody waits for followers. What they were not told by the end, the next start tells them. */
  #tell(): void {
    this.#telling = this.#telling.then(() => this.#tellUntold())
  }

  async #tellUntold(): Promise<void> {
    const { store, logger } = this.#components
    try {
      const paths = new Set<ContextPath>()
      for await (const chunk of store.scanKeys(keys.family('untold'))) {
        for (const key of chunk) paths.add(keys.parseUntoldKey(key))
      }
      if (paths.size === 0) return
      await Promise.race([Promise.all([...this.#listeners].map((listener) => listener(paths))), this.#stopping.promise])
      if (this.#isStopped) return
      await store.batch([...paths].map((path) => ({ type: 'del', key: keys.untold(path) })))
    } catch (error) {
      // A follower that has stopped: its paths stay marked.
      logger.debug('rebuilt-not-told', { error })
    }
  }
}
