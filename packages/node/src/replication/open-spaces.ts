import type { ContextPath, DeviceId } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'

/** A state never changes, so what follows from it is found once. */
const KNOWN = new WeakMap<PolicyState, Map<ContextPath, boolean>>()

/**
 * Whether every member may read a space. Any member can listen to any topic, so
 * what not everybody may read is not said there.
 */
export function isOpenSpace(policy: PolicyState, space: ContextPath): boolean {
  const known = KNOWN.get(policy) ?? new Map<ContextPath, boolean>()
  KNOWN.set(policy, known)
  const answer = known.get(space) ?? membersOf(policy).every((device) => policy.mayRead(device, space))
  known.set(space, answer)
  return answer
}

function membersOf(policy: PolicyState): DeviceId[] {
  const subjects = new Set<DeviceId>()
  for (const { id } of policy.facts.grants.values()) {
    for (const each of policy.withDescendants(id)) {
      const grant = policy.grant(each)
      if (grant !== undefined) subjects.add(grant.subject)
    }
  }
  return [...subjects].filter((device) => policy.isMember(device))
}
