import type { GrantId } from '@hcfs/core'
import { FORMAT_LIMITS, isPathPrefix } from '@hcfs/core'
import type { DeviceKey, Grant, PolicyEntry, PolicyState, Statement } from '@hcfs/crdt'
import { roleIncludes, signGrant } from '@hcfs/crdt'
import type { StoreOperation } from '../storage/ordered-store.ts'

/** What signs the policy. Statements that depend on it are made when it is known which policy they follow. */
export interface EntrySigner {
  readonly state: PolicyState
  sign(
    statements: (state: PolicyState) => readonly Statement[],
    key: DeviceKey,
    options?: { beside?: readonly StoreOperation[] }
  ): Promise<PolicyEntry>
}

/** Those who would fall with grants that are taken away, without being whom they are taken from. */
export function innocentDelegates(state: PolicyState, taken: readonly GrantId[]): Grant[] {
  const fallen = new Set(taken.flatMap((id) => state.withDescendants(id)))
  const meant = new Set(taken.map((id) => state.grant(id)?.subject))
  return [...fallen]
    .map((id) => state.grant(id))
    .filter((grant) => grant !== undefined)
    .filter((grant) => !meant.has(grant.subject) && isLasting(state, grant) && !isKeptOtherwise(state, grant, fallen))
}

/**
 * Signs what takes rights away, and first gives those who would only fall with
 * others their rights again, straight from the owner. What has no room in one
 * entry is given in entries before it, so nobody is without its right in between.
 */
export async function signTaking(
  signer: EntrySigner,
  statements: readonly Statement[],
  { key, beside = [] }: { readonly key: DeviceKey; readonly beside?: readonly StoreOperation[] }
): Promise<PolicyEntry> {
  const taken = statements.flatMap((each) => (each.kind === 'revoke' || each.kind === 'end' ? [each.grant] : []))
  const again = (state: PolicyState): Statement[] =>
    innocentDelegates(state, taken).map((grant) => reissued(grant, state, key))
  const room = FORMAT_LIMITS.policyStatementsMax - statements.length
  while (innocentDelegates(signer.state, taken).length > room) {
    await signer.sign((state) => again(state).slice(0, FORMAT_LIMITS.policyStatementsMax), key)
  }
  return signer.sign((state) => [...again(state), ...statements], key, { beside })
}

/** The same right once more, straight from the owner, for no longer than it would have lasted. */
function reissued(grant: Grant, state: PolicyState, owner: DeviceKey): Statement {
  const { network, subject, role, under, depth, bytesPerDay, contextsPerDay, expiresAtMs } = grant
  const untilEpoch = endOf(state, grant)
  const terms = {
    network,
    subject,
    role,
    under,
    depth,
    fromEpoch: state.epoch + 1,
    ...(untilEpoch !== undefined && { untilEpoch }),
    ...(bytesPerDay !== undefined && { bytesPerDay }),
    ...(contextsPerDay !== undefined && { contextsPerDay }),
    ...(expiresAtMs !== undefined && { expiresAtMs })
  }
  return { kind: 'grant', grant: signGrant(terms, owner) }
}

function isLasting(state: PolicyState, grant: Grant): boolean {
  return state.holds(grant.id, state.epoch) && (endOf(state, grant) ?? Number.POSITIVE_INFINITY) > state.epoch + 1
}

/** The least of its own end and those of the grants that it comes from. */
function endOf(state: PolicyState, grant: Grant): number | undefined {
  const above = grant.parent === undefined ? undefined : state.grant(grant.parent)
  const ends = [grant.untilEpoch, above && endOf(state, above)].filter((each) => each !== undefined)
  return ends.length === 0 ? undefined : Math.min(...ends)
}

function isKeptOtherwise(state: PolicyState, grant: Grant, fallen: ReadonlySet<GrantId>): boolean {
  return state.grantsOf(grant.subject).some((other) => {
    const covers = isPathPrefix(other.under, grant.under) && roleIncludes(other.role, grant.role)
    return covers && other.depth >= grant.depth && !fallen.has(other.id) && isLasting(state, other)
  })
}
