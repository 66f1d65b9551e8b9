import type { Clock, ContextPath, DeviceId, GrantId } from '@hcfs/core'
import { HcfsError, isPathPrefix } from '@hcfs/core'
import type { Grant, PolicyState, Role } from '@hcfs/crdt'
import { roleIncludes } from '@hcfs/crdt'
import type { PolicySource } from './policy-source.ts'

export interface DeviceRightsComponents {
  readonly policy: Pick<PolicySource, 'state'>
  readonly device: DeviceId
  readonly clock: Pick<Clock, 'now'>
}

/** The grants by which this device acts, by the newest policy that is here. */
export class DeviceRights {
  readonly #components: DeviceRightsComponents
  #known: { readonly state: PolicyState; readonly grants: readonly Grant[] } | undefined

  constructor(components: DeviceRightsComponents) {
    this.#components = components
  }

  /** The deepest grant to write at a path. */
  writerGrantFor(path: ContextPath): GrantId | undefined {
    return this.#deepest('write', path)?.id
  }

  /** The name that the writing part of the node calls it by. */
  grantFor(path: ContextPath): GrantId | undefined {
    return this.writerGrantFor(path)
  }

  /** The deepest grant to administrate a path. With `mayHandOn`: one that others can be let in with. */
  adminGrantFor(path: ContextPath, { mayHandOn = false }: { mayHandOn?: boolean } = {}): Grant | undefined {
    return this.#grants().find((grant) => reaches(grant, 'admin', path) && (!mayHandOn || grant.depth > 0))
  }

  /** Fails with `ADMIN_REQUIRED`, which names who could do it. */
  assertAdminGrantFor(path: ContextPath, options?: { mayHandOn?: boolean }): Grant {
    const grant = this.adminGrantFor(path, options)
    if (grant !== undefined) return grant
    const administrators = administratorsOf(this.#components.policy.state, path)
    throw new HcfsError(
      'ADMIN_REQUIRED',
      `This device may not administrate ${path}; do it on an administrator's node`,
      {
        details: { path, administrators: administrators.join(' ') }
      }
    )
  }

  /** The widest right, for showing. */
  widest(): Grant | undefined {
    return widestGrantOf(this.#components.policy.state, this.#components.device)
  }

  #deepest(role: Role, path: ContextPath): Grant | undefined {
    return this.#grants().find((grant) => reaches(grant, role, path))
  }

  /** Those in force, deepest first. */
  #grants(): readonly Grant[] {
    const { policy, device, clock } = this.#components
    const { state } = policy
    if (this.#known?.state !== state) this.#known = { state, grants: grantsInForce(state, device) }
    const now = clock.now()
    return this.#known.grants.filter(({ expiresAtMs = Number.POSITIVE_INFINITY }) => now < expiresAtMs)
  }
}

/** Every grant of a device that holds now, the deepest path first. */
export function grantsInForce(state: PolicyState, device: DeviceId): Grant[] {
  return state
    .grantsOf(device)
    .filter(({ id }) => state.holds(id, state.epoch))
    .sort((left, right) => right.under.length - left.under.length || (left.id < right.id ? -1 : 1))
}

export function widestGrantOf(state: PolicyState, device: DeviceId): Grant | undefined {
  const inForce = grantsInForce(state, device)
  const [first = undefined, ...others] = inForce.toReversed()
  return others.reduce((best, each) => (best !== undefined && roleIncludes(best.role, each.role) ? best : each), first)
}

/** Every device that ever had a grant. */
export function subjectsOf(state: PolicyState): DeviceId[] {
  return [...state.subjects()]
}

function administratorsOf(state: PolicyState, path: ContextPath): DeviceId[] {
  return subjectsOf(state).filter((device) => grantsInForce(state, device).some((each) => reaches(each, 'admin', path)))
}

function reaches(grant: Grant, role: Role, path: ContextPath): boolean {
  return roleIncludes(grant.role, role) && isPathPrefix(grant.under, path)
}
