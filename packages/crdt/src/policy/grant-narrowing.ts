import { HcfsError, isPathPrefix } from '@hcfs/core'
import type { GrantTerms } from './grant.ts'
import { roleIncludes } from './role.ts'

/** Whether `inner` gives nothing that `outer` does not: neither more of the tree nor a higher role. Epochs are compared where one is asked for. */
export function isWithinGrant(inner: GrantTerms, outer: GrantTerms): boolean {
  return isPathPrefix(outer.under, inner.under) && roleIncludes(outer.role, inner.role)
}

/**
 * Fails with `GRANT_WIDENS` unless a delegated grant stays within the one it was
 * delegated from. Depends on the two alone, so every node says the same.
 */
export function assertDelegation(grant: GrantTerms, parent: GrantTerms): void {
  if (grant.issuer !== parent.subject) throw widens('issuer', 'it was issued by another device than the one it names')
  if (grant.depth >= parent.depth) throw widens('depth', 'the grant it comes from may not be handed on so often')
  if (isWithinGrant(grant, parent)) return
  throw widens('scope', 'it reaches beyond the path or the role of the grant it comes from')
}

function widens(rule: string, problem: string): HcfsError {
  return new HcfsError('GRANT_WIDENS', `A delegated grant only narrows: ${problem}; issue a narrower one`, {
    details: { rule }
  })
}
