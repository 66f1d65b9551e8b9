import type { DeviceId, GrantId, NetworkId } from '@hcfs/core'
import { deviceId, encodeCbor, FORMAT_LIMITS, grantId, idToBytes, networkId } from '@hcfs/core'
import type { DeviceKey } from '../commit/device-key.ts'
import type { SignatureVerifier } from '../commit/signature-verifier.ts'
import { assertWholeNumber } from '../commit/value-rules.ts'
import type { Grant } from './grant.ts'
import { readingPolicy } from './policy-errors.ts'
import type { PolicyState } from './policy-state.ts'
import { roleIncludes } from './role.ts'
import type { SignedPart, Verified } from './signed-part.ts'
import { decodeSigned, readTagged, signBytes, signedHere, verified } from './signed-part.ts'

/** An administrator shuts a device out until the owner has decided. */
export interface SuspensionDraft {
  readonly network: NetworkId
  /** The administrator's own grant, below which all grants of the device must lie, but for the owner's device. */
  readonly grant: GrantId
  readonly device: DeviceId
  /** Wall clock of the administrator. */
  readonly issuedAtMs: number
}

export interface Suspension extends SuspensionDraft, SignedPart {
  readonly signer: DeviceId
}

const TAG = 'hcfs/suspension/1'
const FORM = { tag: TAG, bytesMax: FORMAT_LIMITS.grantBytesMax, values: 6 }

export function signSuspension(draft: SuspensionDraft, key: DeviceKey): Verified<Suspension> {
  const signer = key.deviceId
  const { network, grant, device, issuedAtMs } = draft
  readingPolicy(() => assertWholeNumber('suspension.issuedAtMs', issuedAtMs))
  const ids = [network, signer, grant, device].map(idToBytes)
  return signedHere({ ...draft, signer, ...signBytes(encodeCbor([TAG, ...ids, issuedAtMs]), key) })
}

/** Does not verify the signature. */
export function decodeSuspension(encoded: Uint8Array): Suspension {
  const part = decodeSigned(encoded, 'suspension', FORM.bytesMax)
  return readingPolicy(() => {
    const reader = readTagged(part.bytes, 'suspension', FORM)
    const network = reader.id('network', networkId)
    const signer = reader.id('signer', deviceId)
    const grant = reader.id('grant', grantId)
    const device = reader.id('device', deviceId)
    return { network, signer, grant, device, issuedAtMs: reader.wholeNumber('issuedAtMs'), ...part }
  })
}

export function verifySuspension(suspension: Suspension, verifier: SignatureVerifier): Verified<Suspension> {
  return verified(suspension, suspension.signer, verifier)
}

/**
 * Whether connections of the device are to be refused because of it. Operational:
 * nothing that was written becomes void by it. Without a word of the owner it
 * lapses after 72 hours; one that is dated in the future does not begin.
 */
export function isSuspended(state: PolicyState, suspension: Verified<Suspension>, nowMs: number): boolean {
  const { id, network, issuedAtMs } = suspension
  if (network !== state.network || state.facts.lifted.has(id)) return false
  if (!mayBeSuspended(state, suspension)) return false
  if (state.facts.confirmed.has(id)) return true
  return issuedAtMs <= nowMs + FORMAT_LIMITS.signAheadMsMax && nowMs < issuedAtMs + FORMAT_LIMITS.suspensionMsMax
}

/** A grant by which one device may shut another out; `undefined` when none of its own does. */
export function suspendingGrantOf(
  state: PolicyState,
  { signer, device }: Pick<Suspension, 'signer' | 'device'>
): GrantId | undefined {
  return state.grantsOf(signer).find(({ id }) => mayBeSuspended(state, { signer, device, grant: id }))?.id
}

/** Only who was let in below a grant can be shut out by it: never its giver, nor a neighbour. */
function mayBeSuspended(
  state: PolicyState,
  { signer, grant, device }: Pick<Suspension, 'signer' | 'grant' | 'device'>
): boolean {
  const own = state.grant(grant)
  if (own?.subject !== signer || !state.holds(grant, state.epoch)) return false
  if (speaksForOwner(state, own)) return device !== signer && device !== state.facts.owner
  if (!roleIncludes(own.role, 'admin')) return false
  const below = new Set(state.withDescendants(grant).filter((id) => id !== grant))
  return state.grantsOf(device).every(({ id }) => below.has(id) || !state.holds(id, state.epoch))
}

/**
 * The device that the network belongs to, or on which it was founded: its first
 * grant stands above all others for as long as the key that gave it is the owner's.
 */
function speaksForOwner({ facts }: PolicyState, { id, subject, issuer }: Grant): boolean {
  return subject === facts.owner || (String(id) === String(facts.network) && issuer === facts.owner)
}
