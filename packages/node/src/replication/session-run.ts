import type { Clock, CommitId, ContextPath, Logger } from '@hcfs/core'
import type {
  SyncEffect,
  SyncedCommit,
  SyncInput,
  SyncOutcome,
  SyncRead,
  SyncSession,
  SyncSource,
  Transition
} from '@hcfs/crdt'
import { isFinished, performRead, syncStep } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { CommitReceiver } from './replicated-state.ts'

export interface SessionRunComponents {
  readonly clock: Pick<Clock, 'wait'>
  readonly log: Logger
  readonly receiver: CommitReceiver
  readonly policy: Pick<PolicySource, 'take'>
  readonly sourceOf: (space: ContextPath, signal: AbortSignal) => SyncSource
  /** Asked before anything of the space is read for the peer: rights may be taken away meanwhile. */
  readonly isAllowed: (space: ContextPath) => boolean
  /** Resolves when the peer has room for more. */
  readonly send: (message: Uint8Array) => Promise<void>
  /** Ends the stream, and with it a `send` that the peer leaves hanging. */
  readonly abandon: () => void
}

const TICK_MS = 1_000
/** A peer that does not read for so long is as silent as one that does not answer. */
const SENDING_TICKS_MAX = 30

interface Waiting {
  readonly input: SyncInput
  readonly taken: () => void
}

/**
 * Performs what one session of reconciliation says.
 *
 * 1. Inputs are taken one after another, and none while a message is being
 *    sent: a peer that does not read gets nothing more done for it.
 * 2. Batches are judged in the order in which they came.
 * 3. Once `run` has resolved nothing of the session goes on.
 * 4. As received counts what is in the log now: what has to wait is sent again by the next session, and is no news.
 */
export class SessionRun {
  readonly #components: SessionRunComponents
  readonly #first: Transition
  readonly #stopping = new AbortController()
  readonly #waiting: Waiting[] = []
  readonly #reads = new Set<Promise<void>>()
  #session: SyncSession
  #source: { readonly space: ContextPath; readonly source: SyncSource } | undefined
  #judging: Promise<void> = Promise.resolve()
  #wake: () => void = () => {}
  #sendingTicks: number | undefined
  #stored = 0

  constructor(components: SessionRunComponents, first: Transition) {
    this.#components = components
    this.#first = first
    this.#session = first.session
  }

  get space(): ContextPath {
    return this.#session.space
  }

  /** Never rejects: whatever fails is an outcome. */
  async run(): Promise<SyncOutcome> {
    const ticking = this.#tick()
    try {
      await this.#perform(this.#first.effects)
      for (;;) {
        if (isFinished(this.#session)) return this.#counted(this.#session.state.outcome)
        const { input, taken } = await this.#next()
        await this.#take(input)
        taken()
      }
    } finally {
      this.#stopping.abort()
      for (const { taken } of this.#waiting.splice(0)) taken()
      await Promise.all([ticking, this.#judging, ...this.#reads])
    }
  }

  #counted(outcome: SyncOutcome): SyncOutcome {
    return 'received' in outcome ? { ...outcome, received: this.#stored } : outcome
  }

  /** Resolves once the message was taken, so that a peer that is ahead waits. */
  hear(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#push({ input: { input: 'message', bytes }, taken: resolve }))
  }

  stop(why: string): void {
    this.#push({ input: { input: 'stop', why }, taken: () => {} })
  }

  #push(waiting: Waiting): void {
    if (this.#stopping.signal.aborted) {
      waiting.taken()
      return
    }
    this.#waiting.push(waiting)
    this.#wake()
  }

  async #next(): Promise<Waiting> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) return next
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async #take(input: SyncInput): Promise<void> {
    const { session, effects } = syncStep(this.#session, input)
    this.#session = session
    await this.#perform(effects)
  }

  async #perform(effects: readonly SyncEffect[]): Promise<void> {
    for (const effect of effects) await this.#performOne(effect)
  }

  async #performOne(effect: SyncEffect): Promise<void> {
    switch (effect.effect) {
      case 'send':
        return this.#send(effect.bytes)
      case 'read':
        return this.#read(effect.space, effect.read)
      case 'deliver':
        return this.#judge(() => this.#receive(effect.commits))
      case 'deliver-policy':
        return this.#judge(async () => {
          await this.#components.policy.take(effect.entries)
          return { input: 'delivered', missing: [] }
        })
      case 'finished':
        return
    }
  }

  async #send(bytes: Uint8Array): Promise<void> {
    this.#sendingTicks = 0
    try {
      await this.#components.send(bytes)
    } catch (error) {
      this.#session = syncStep(this.#session, { input: 'stop', why: codeOf(error) }).session
    } finally {
      this.#sendingTicks = undefined
    }
  }

  #read(space: ContextPath, read: SyncRead): void {
    if (!this.#components.isAllowed(space)) {
      this.stop('a right was taken away')
      return
    }
    const done = performRead(this.#sourceOf(space), read).then(
      (result) => this.#push({ input: { input: 'read', result }, taken: () => {} }),
      (error: unknown) => this.#fail(error)
    )
    this.#reads.add(done)
    void done.then(() => this.#reads.delete(done))
  }

  #sourceOf(space: ContextPath): SyncSource {
    if (this.#source?.space === space) return this.#source.source
    const source = this.#components.sourceOf(space, this.#stopping.signal)
    this.#source = { space, source }
    return source
  }

  #judge(judge: () => Promise<SyncInput>): void {
    this.#judging = this.#judging.then(async () => {
      if (this.#stopping.signal.aborted) return
      try {
        this.#push({ input: await judge(), taken: () => {} })
      } catch (error) {
        this.#fail(error)
      }
    })
  }

  async #receive(commits: readonly SyncedCommit[]): Promise<SyncInput> {
    const { receiver } = this.#components
    const outcomes = await receiver.receiveCommits(commits)
    this.#stored += outcomes.filter(({ outcome }) => outcome === 'applied' || outcome === 'void').length
    const isRefused = outcomes.some(({ outcome }) => outcome === 'refused')
    if (isRefused) return { input: 'refused', what: 'a commit that its author did not sign' }
    const missing: readonly CommitId[] = receiver.missing()
    return { input: 'delivered', missing }
  }

  /** Policy that nobody may send is the peer's fault; everything else that fails here is ours. */
  #fail(error: unknown): void {
    if (this.#stopping.signal.aborted) return
    if (isPeersFault(error)) {
      this.#push({ input: { input: 'refused', what: codeOf(error) }, taken: () => {} })
      return
    }
    this.#components.log.warn('sync-failed', { space: this.space, error })
    this.stop(codeOf(error))
  }

  async #tick(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#components.clock.wait(TICK_MS, { signal }).catch(() => {})
      if (signal.aborted) return
      if (this.#sendingTicks === undefined) this.#push({ input: { input: 'tick' }, taken: () => {} })
      else this.#sendingTicks += 1
      if ((this.#sendingTicks ?? 0) > SENDING_TICKS_MAX) return this.#components.abandon()
    }
  }
}

/** Of the codes of the policy, those that speak of this side's state and not of the bytes. */
const OWN_STATE: readonly string[] = ['POLICY_OUT_OF_ORDER', 'POLICY_QUEUE_FULL']

function isPeersFault(error: unknown): boolean {
  const code = codeOf(error)
  return code.startsWith('POLICY_') && !OWN_STATE.includes(code)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'failed'
}
