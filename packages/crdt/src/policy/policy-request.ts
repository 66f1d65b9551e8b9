import type { DeviceId, GrantId, NetworkId } from '@hcfs/core'
import { deviceId, encodeCbor, FORMAT_LIMITS, grantId, idToBytes, isPathPrefix, networkId } from '@hcfs/core'
import type { DeviceKey } from '../commit/device-key.ts'
import type { SignatureVerifier } from '../commit/signature-verifier.ts'
import { assertCount } from '../commit/value-rules.ts'
import { readingPolicy } from './policy-errors.ts'
import type { PolicyState } from './policy-state.ts'
import { roleIncludes } from './role.ts'
import type { SignedPart, Verified } from './signed-part.ts'
import { decodeSigned, readTagged, signBytes, signedHere, verified } from './signed-part.ts'
import type { MemberStatement, Statement } from './statement.ts'
import { readStatement, statementValues } from './statement-codec.ts'
import { assertStatementsRules } from './statement-rules.ts'

/** What a member asks the owner to sign. Changes nothing by itself. */
export interface PolicyRequestDraft {
  readonly network: NetworkId
  /** The member's own grant. */
  readonly grant: GrantId
  readonly statements: readonly Statement[]
}

export interface PolicyRequest extends PolicyRequestDraft, SignedPart {
  readonly signer: DeviceId
}

const TAG = 'hcfs/policy-request/1'
const FORM = { tag: TAG, bytesMax: FORMAT_LIMITS.policyEntryBytesMax, values: 5 }

export function signPolicyRequest(draft: PolicyRequestDraft, key: DeviceKey): Verified<PolicyRequest> {
  const { network, grant, statements } = draft
  const signer = key.deviceId
  const bytes = readingPolicy(() => {
    assertStatementsRules(statements)
    return encodeCbor([TAG, ...[network, signer, grant].map(idToBytes), statements.map(statementValues)])
  })
  readingPolicy(() => assertCount('request.bytes', bytes.length, FORM.bytesMax))
  return signedHere({ ...draft, signer, ...signBytes(bytes, key) })
}

/** Does not verify the signature. */
export function decodePolicyRequest(encoded: Uint8Array): PolicyRequest {
  const part = decodeSigned(encoded, 'policy request', FORM.bytesMax)
  return readingPolicy(() => {
    const reader = readTagged(part.bytes, 'policy request', FORM)
    const network = reader.id('network', networkId)
    const signer = reader.id('signer', deviceId)
    const grant = reader.id('grant', grantId)
    const statements = reader.list('statements').map(readStatement)
    assertStatementsRules(statements)
    return { network, signer, grant, statements, ...part }
  })
}

export function verifyPolicyRequest(request: PolicyRequest, verifier: SignatureVerifier): Verified<PolicyRequest> {
  return verified(request, request.signer, verifier)
}

/**
 * Whether a member may ask for all of this, so that the owner's node may sign it:
 * what concerns itself, and for an administrator what lies within its own grant.
 */
export function isWithinReach(
  state: PolicyState,
  { network, signer, grant, statements }: Verified<PolicyRequest>
): boolean {
  if (network !== state.network) return false
  const own = state.grant(grant)
  if (own?.subject !== signer || !state.holds(grant, state.epoch)) return false
  const isAdmin = roleIncludes(own.role, 'admin')
  const below = new Set(isAdmin ? state.withDescendants(grant).filter((id) => id !== grant) : [])
  return statements.every((statement) => {
    switch (statement.kind) {
      case 'revoke':
        return below.has(statement.grant)
      case 'end':
        return below.has(statement.grant) || state.grant(statement.grant)?.subject === signer
      case 'space':
        return isAdmin && isPathPrefix(own.under, statement.path)
      case 'member':
        return isOfItself(statement, signer) || [...below].some((id) => state.grant(id)?.subject === statement.device)
      default:
        return false
    }
  })
}

/** Whether a member says who it is, and nothing else. */
export function isSelfDescription({ signer, statements }: Pick<PolicyRequest, 'signer' | 'statements'>): boolean {
  return statements.every((each) => each.kind === 'member' && isOfItself(each, signer))
}

/** That nobody waits for it is not for itself to say. */
function isOfItself({ device, isForgotten }: MemberStatement, signer: DeviceId): boolean {
  return device === signer && !isForgotten
}
