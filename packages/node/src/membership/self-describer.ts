import type { DeviceId, Logger, Startable } from '@hcfs/core'
import type { DeviceKey, MemberStatement } from '@hcfs/crdt'
import { grantsInForce } from './device-rights.ts'
import type { OwnerKeys } from './owner-keys.ts'
import { isSameDescription } from './pending-requests.ts'
import type { PolicyKeeper } from './policy-keeper.ts'

/** What a node says of itself. */
export type SelfDescription = Omit<MemberStatement, 'kind' | 'device' | 'isForgotten'>

export interface SelfDescriberComponents {
  readonly keeper: PolicyKeeper
  readonly owner: Pick<OwnerKeys, 'key'>
  readonly log: Logger
}

/**
 * Keeps what the policy says of this device as it is: signs it where the owner's key
 * is, and elsewhere asks the owner's node to. Says nothing that is known already, and says it
 * again when the policy came to say something else.
 */
export class SelfDescriber implements Startable {
  readonly #components: SelfDescriberComponents
  readonly #key: DeviceKey
  #said: SelfDescription | undefined
  #stopping = new AbortController()
  #work: Promise<unknown> = Promise.resolve()

  constructor(components: SelfDescriberComponents, key: DeviceKey) {
    this.#components = components
    this.#key = key
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController()
    this.#components.keeper.onChanged(() => this.#again(), { signal: this.#stopping.signal })
    this.#again()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#work
  }

  /** Resolves when it is signed or asked for: with whether there was anything to do. */
  describeSelf(said: SelfDescription): Promise<boolean> {
    this.#said = said
    const done = this.#work.then(() => this.#describe(said))
    this.#work = done.catch(() => undefined)
    return done
  }

  async #describe(said: SelfDescription): Promise<boolean> {
    const { keeper, owner } = this.#components
    const device = this.#key.deviceId
    const statement = describeAs(device, said)
    const newest = keeper.descriptions().get(device) ?? keeper.state.facts.members.get(device)
    const key = await owner.key()
    if (key !== undefined) {
      if (isSameDescription(keeper.state.facts.members.get(device), statement)) return false
      await keeper.sign([statement], key)
      return true
    }
    const [grant] = grantsInForce(keeper.state, device)
    if (grant === undefined || isSameDescription(newest, statement)) return false
    await keeper.request([statement], { grant: grant.id, key: this.#key })
    return true
  }

  /** Who was forgotten says nothing until it is started again. */
  #again(): void {
    const { keeper, log } = this.#components
    this.#work = this.#work
      .then(async () => {
        const isForgotten = keeper.state.facts.members.get(this.#key.deviceId)?.isForgotten === true
        if (this.#said === undefined || isForgotten || this.#stopping.signal.aborted) return
        await this.#describe(this.#said)
      })
      .catch((error: unknown) => log.warn('self-description-failed', { error }))
  }
}

export function describeAs(device: DeviceId, said: SelfDescription): MemberStatement {
  return { kind: 'member', device, ...said, isForgotten: false }
}
