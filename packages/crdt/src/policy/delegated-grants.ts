import type { GrantId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { SignedGrant } from './grant.ts'
import { assertDelegation } from './grant-narrowing.ts'
import { malformedPolicy } from './policy-errors.ts'
import type { PolicyState } from './policy-state.ts'
import type { Verified } from './signed-part.ts'

export interface DelegatedGrantsLimits {
  readonly policyWaitingMax: number
  readonly grantDelegatesMax: number
}

type Delegated = Verified<SignedGrant>

/**
 * Every delegated grant that was received. A grant whose parent is missing waits:
 * for a parent that comes later, or for one that was given in an entry which does
 * not count at present.
 */
export class DelegatedGrants {
  readonly #limits: DelegatedGrantsLimits
  readonly #all = new Map<GrantId, Delegated>()
  /** Those that the newest state does not know. */
  readonly #waiting = new Map<GrantId, Delegated>()
  readonly #counts = new Map<GrantId, number>()

  constructor(limits: DelegatedGrantsLimits) {
    this.#limits = limits
  }

  has(id: GrantId): boolean {
    return this.#all.has(id)
  }

  /** Fails with `GRANT_WIDENS` if the state has the parent already, and it gives less. */
  add(grant: Delegated, state: PolicyState): void {
    const { parent } = grant
    if (parent === undefined)
      throw malformedPolicy('grant.parent', 'is missing: a grant of the owner stands in the log')
    const above = state.grant(parent)
    if (above !== undefined) assertDelegation(grant, above)
    else if (this.#waiting.size >= this.#limits.policyWaitingMax) throw tooManyGrants(parent)
    const count = this.#counts.get(parent) ?? 0
    if (count >= this.#limits.grantDelegatesMax) throw tooManyGrants(parent)
    this.#counts.set(parent, count + 1)
    this.#all.set(grant.id, grant)
    this.#waiting.set(grant.id, grant)
  }

  /** The state with every grant whose parent is here, and so on downwards. What turns out to widen is forgotten. */
  attachTo(state: PolicyState): PolicyState {
    const ready = [...this.#waiting.values()].filter((grant) => state.grant(grant.parent!) !== undefined)
    if (ready.length === 0) return state
    const fitting = ready.filter((grant) => this.#keepIfFitting(grant, state))
    for (const { id } of ready) this.#waiting.delete(id)
    return this.attachTo(state.withGrants(...fitting))
  }

  /** To be called before `attachTo` gets a state that was made anew, from the founding on. */
  detachAll(): void {
    for (const [id, grant] of this.#all) this.#waiting.set(id, grant)
  }

  missing(): readonly GrantId[] {
    const parents = [...this.#waiting.values()].map(({ parent }) => parent!)
    return [...new Set(parents)].filter((id) => !this.#all.has(id))
  }

  #keepIfFitting(grant: Delegated, state: PolicyState): boolean {
    try {
      assertDelegation(grant, state.grant(grant.parent!)!)
      return true
    } catch (error) {
      if (!(error instanceof HcfsError)) throw error
      this.#all.delete(grant.id)
      this.#counts.set(grant.parent!, this.#counts.get(grant.parent!)! - 1)
      return false
    }
  }
}

/** A matter of memory and not of validity: what is written under a grant that is not here waits. */
function tooManyGrants(parent: GrantId): HcfsError {
  return new HcfsError(
    'POLICY_QUEUE_FULL',
    'More grants come from one than are kept, or wait for it; revoke it if it floods',
    {
      details: { parent }
    }
  )
}
