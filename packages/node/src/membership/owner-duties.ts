import type { Clock, DeviceId, Logger, Startable } from '@hcfs/core'
import { NODE_LIMITS } from '@hcfs/core'
import type { SpaceFrontier } from '@hcfs/crdt'
import { DescriptionPace } from './description-pace.ts'
import type { OwnerKeys } from './owner-keys.ts'
import { isSameDescription } from './pending-requests.ts'
import type { PolicyKeeper } from './policy-keeper.ts'
import type { SelfDescription } from './self-describer.ts'
import { describeAs } from './self-describer.ts'
import { settlementDue } from './settlement.ts'

export interface OwnerDutiesComponents {
  readonly keeper: PolicyKeeper
  readonly owner: OwnerKeys
  readonly clock: Pick<Clock, 'wait' | 'monotonicMs'>
  readonly log: Logger
  /** The chains that are applied here, by space. A chain with a fork is left out until its branch is chosen. */
  readonly frontiers: () => Promise<readonly SpaceFrontier[]>
}

export interface OwnerDutiesOptions {
  readonly selfDescriptionsPerHourMax?: number
}

const SETTLE_PAUSE_MS = 60 * 60 * 1_000
/** What had to wait for its turn is looked at again this often. */
const ANSWER_PAUSE_MS = 60 * 1_000

/** What the node that has the owner's key does by itself: it signs what members ask for, and settles. */
export class OwnerDuties implements Startable {
  readonly #components: OwnerDutiesComponents
  readonly #pace: DescriptionPace
  #stopping = new AbortController()
  #work: Promise<void> = Promise.resolve()

  constructor(
    components: OwnerDutiesComponents,
    { selfDescriptionsPerHourMax = NODE_LIMITS.selfDescriptionsPerHourMax.default }: OwnerDutiesOptions = {}
  ) {
    this.#components = components
    this.#pace = new DescriptionPace(components.clock, selfDescriptionsPerHourMax)
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController()
    const { signal } = this.#stopping
    this.#components.keeper.onAdded(() => this.#then(() => this.#answerRequests()), { signal })
    this.#then(() => this.#answerRequests())
    this.#then(() => this.#warnOfRecoveryKey())
    void this.#rounds(SETTLE_PAUSE_MS, signal, async () => void (await this.settle()))
    void this.#rounds(ANSWER_PAUSE_MS, signal, () => this.#answerRequests())
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#work
  }

  /** Settles what has grown. Whether anything was signed. */
  async settle(): Promise<boolean> {
    const { keeper, owner, frontiers } = this.#components
    const key = await owner.key()
    if (key === undefined) return false
    const statements = settlementDue(keeper.state, await frontiers())
    if (statements.length > 0) await keeper.sign(statements, key)
    return statements.length > 0
  }

  /** On the owner's node: makes known what a device says of itself, if it is new. */
  async describe(device: DeviceId, said: SelfDescription): Promise<boolean> {
    const { keeper, owner } = this.#components
    const key = await owner.key()
    const statement = describeAs(device, said)
    if (key === undefined || isSameDescription(keeper.state.facts.members.get(device), statement)) return false
    await keeper.sign([statement], key)
    return true
  }

  async #answerRequests(): Promise<void> {
    const { keeper, owner } = this.#components
    if (keeper.pendingRequests().length === 0) return
    const key = await owner.key()
    if (key === undefined) return
    await keeper.signRequests(key, { mayDescribe: (device) => this.#pace.take(device) })
  }

  /** Whoever copies this directory could otherwise take the network over, and its owner could not take it back. */
  async #warnOfRecoveryKey(): Promise<void> {
    const { owner, log } = this.#components
    if ((await owner.key()) === undefined || !(await owner.isRecoveryKeyHere())) return
    log.warn('recovery-key-beside-owner-key', { remedy: 'hcfs owner backup FILE seals both and removes recovery.key' })
  }

  async #rounds(pauseMs: number, signal: AbortSignal, task: () => Promise<void>): Promise<void> {
    for (;;) {
      const isOver = await this.#components.clock.wait(pauseMs, { signal }).then(
        () => false,
        () => true
      )
      if (isOver) return
      this.#then(task)
    }
  }

  #then(task: () => Promise<void>): void {
    const { log } = this.#components
    this.#work = this.#work.then(task).catch((error: unknown) => log.warn('owner-duty-failed', { error }))
  }
}
