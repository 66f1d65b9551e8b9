import type { Clock, DeviceId, Logger, Startable } from '@hcfs/core'
import type { MemberStatement, SpaceFrontier } from '@hcfs/crdt'
import type { OwnerKeys } from './owner-keys.ts'
import type { PolicyKeeper } from './policy-keeper.ts'
import { settlementDue } from './settlement.ts'

export interface OwnerDutiesComponents {
  readonly keeper: PolicyKeeper
  readonly owner: OwnerKeys
  readonly clock: Pick<Clock, 'wait'>
  readonly log: Logger
  /** The chains that are applied here, by space. A chain with a fork is left out until its branch is chosen. */
  readonly frontiers: () => Promise<readonly SpaceFrontier[]>
}

/** What a node says of itself. */
export type SelfDescription = Omit<MemberStatement, 'kind' | 'device' | 'isForgotten'>

const SETTLE_PAUSE_MS = 60 * 60 * 1_000

/** What the node that has the owner's key does by itself: it signs what administrators ask for, and settles. */
export class OwnerDuties implements Startable {
  readonly #components: OwnerDutiesComponents
  #stopping = new AbortController()
  #work: Promise<void> = Promise.resolve()

  constructor(components: OwnerDutiesComponents) {
    this.#components = components
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController()
    const { signal } = this.#stopping
    this.#components.keeper.onAdded(() => this.#then(() => this.#answerRequests()), { signal })
    this.#then(() => this.#answerRequests())
    void this.#rounds(signal)
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
    const statement: MemberStatement = { kind: 'member', device, ...said, isForgotten: false }
    if (key === undefined || isSame(keeper.state.facts.members.get(device), statement)) return false
    await keeper.sign([statement], key)
    return true
  }

  async #answerRequests(): Promise<void> {
    const { keeper, owner } = this.#components
    if (keeper.pendingRequests().length === 0) return
    const key = await owner.key()
    if (key !== undefined) await keeper.signRequests(key)
  }

  async #rounds(signal: AbortSignal): Promise<void> {
    for (;;) {
      const isOver = await this.#components.clock.wait(SETTLE_PAUSE_MS, { signal }).then(
        () => false,
        () => true
      )
      if (isOver) return
      this.#then(async () => void (await this.settle()))
    }
  }

  #then(task: () => Promise<void>): void {
    const { log } = this.#components
    this.#work = this.#work.then(task).catch((error: unknown) => log.warn('owner-duty-failed', { error }))
  }
}

function isSame(known: MemberStatement | undefined, next: MemberStatement): boolean {
  return known !== undefined && JSON.stringify(valuesOf(known)) === JSON.stringify(valuesOf(next))
}

function valuesOf({ name, addresses, replicates, isIndexing, isForgotten }: MemberStatement): unknown[] {
  return [name, addresses, replicates ?? null, isIndexing, isForgotten]
}
