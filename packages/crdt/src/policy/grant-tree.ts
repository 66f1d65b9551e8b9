import type { DeviceId, GrantId, NetworkId } from '@hcfs/core'
import type { Grant } from './grant.ts'
import { assertDelegation } from './grant-narrowing.ts'
import { otherNetwork, outOfOrder } from './policy-errors.ts'

type Grants = ReadonlyMap<GrantId, Grant>

/**
 * Grants, each below the one it was delegated from. Never changes.
 *
 * A grant names the one it comes from by hash, so there are no circles, and it
 * gives no more than that one, so a walk upwards is at most `delegationDepthMax`
 * steps long.
 */
export class GrantTree {
  readonly #given: Grants
  readonly #delegated: Grants
  readonly #below: ReadonlyMap<GrantId, readonly GrantId[]>
  /** Made when it is first asked for: most states are followed by another before anybody asks. */
  #ofDevices: ReadonlyMap<DeviceId, readonly Grant[]> | undefined

  constructor(
    given: Grants,
    delegated: Grants = new Map(),
    below: ReadonlyMap<GrantId, readonly GrantId[]> = new Map()
  ) {
    this.#given = given
    this.#delegated = delegated
    this.#below = below
  }

  withOwnerGrants(given: Grants): GrantTree {
    return given === this.#given ? this : new GrantTree(given, this.#delegated, this.#below)
  }

  withDelegated(grants: readonly Grant[], network: NetworkId): GrantTree {
    const delegated = new Map(this.#delegated)
    const below = new Map(this.#below)
    for (const grant of grants) {
      if (grant.network !== network) throw otherNetwork()
      const { id, parent } = grant
      if (delegated.has(id)) continue
      const above = parent === undefined ? undefined : (delegated.get(parent) ?? this.#given.get(parent))
      if (above === undefined) throw outOfOrder('The grant that another comes from is not here')
      assertDelegation(grant, above)
      delegated.set(id, grant)
      below.set(above.id, [...(below.get(above.id) ?? []), id])
    }
    return new GrantTree(this.#given, delegated, below)
  }

  has(id: GrantId): boolean {
    return this.#given.has(id) || this.#delegated.has(id)
  }

  find(id: GrantId): Grant | undefined {
    return this.#given.get(id) ?? this.#delegated.get(id)
  }

  /** The grant, the one that it comes from, and so on up to one of the owner's; empty when it is not here. */
  lineOf(id: GrantId): readonly Grant[] {
    const line: Grant[] = []
    for (let next = this.find(id); next !== undefined; next = next.parent && this.find(next.parent)) line.push(next)
    return line
  }

  grantsOf(device: DeviceId): readonly Grant[] {
    this.#ofDevices ??= this.#byDevice()
    return this.#ofDevices.get(device) ?? []
  }

  /** Every device that was ever given a grant. */
  subjects(): readonly DeviceId[] {
    this.#ofDevices ??= this.#byDevice()
    return [...this.#ofDevices.keys()]
  }

  withDescendants(id: GrantId): readonly GrantId[] {
    return [id, ...(this.#below.get(id) ?? []).flatMap((each) => this.withDescendants(each))]
  }

  #byDevice(): ReadonlyMap<DeviceId, readonly Grant[]> {
    return Map.groupBy([...this.#given.values(), ...this.#delegated.values()], ({ subject }) => subject)
  }
}
