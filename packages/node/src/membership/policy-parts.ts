import { decodeCbor, HcfsError } from '@hcfs/core'
import type { PolicyEntry, PolicyRequest, SignedGrant, Suspension } from '@hcfs/crdt'
import { decodeGrant, decodePolicyEntry, decodePolicyRequest, decodeSuspension } from '@hcfs/crdt'

/** Whatever of the policy travels by itself. */
export type PolicyPart =
  | { readonly kind: 'entry'; readonly part: PolicyEntry }
  | { readonly kind: 'grant'; readonly part: SignedGrant }
  | { readonly kind: 'suspension'; readonly part: Suspension }
  | { readonly kind: 'request'; readonly part: PolicyRequest }

/** Tells by the tag what a peer sent. Checks no signature. Fails with a code of the policy. */
export function decodePolicyPart(encoded: Uint8Array): PolicyPart {
  const tag = tagOf(encoded)
  if (tag.startsWith('hcfs/grant/')) return { kind: 'grant', part: decodeGrant(encoded) }
  if (tag.startsWith('hcfs/suspension/')) return { kind: 'suspension', part: decodeSuspension(encoded) }
  if (tag.startsWith('hcfs/policy-request/')) return { kind: 'request', part: decodePolicyRequest(encoded) }
  return { kind: 'entry', part: decodePolicyEntry(encoded) }
}

function tagOf(encoded: Uint8Array): string {
  const outer = decoded(encoded)
  const signed = Array.isArray(outer) ? outer[0] : undefined
  const inner = signed instanceof Uint8Array ? decoded(signed) : undefined
  const tag: unknown = Array.isArray(inner) ? inner[0] : undefined
  if (typeof tag !== 'string') throw malformed()
  return tag
}

function decoded(bytes: Uint8Array) {
  try {
    return decodeCbor(bytes)
  } catch (error) {
    if (error instanceof HcfsError) throw malformed(error)
    throw error
  }
}

function malformed(cause?: unknown): HcfsError {
  return new HcfsError('POLICY_MALFORMED', 'Not a part of a policy: it must be signed anew', { cause })
}
