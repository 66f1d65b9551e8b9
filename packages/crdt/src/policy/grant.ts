import type { ContextPath, DeviceId, GrantId, NetworkId } from '@hcfs/core'
import { deviceId, encodeCbor, FORMAT_LIMITS, grantId, idToBytes, networkId } from '@hcfs/core'
import type { ArrayReader } from '../commit/array-reader.ts'
import type { DeviceKey } from '../commit/device-key.ts'
import type { SignatureVerifier } from '../commit/signature-verifier.ts'
import { isStrongPoint } from '../commit/strong-point.ts'
import { assertWholeNumber } from '../commit/value-rules.ts'
import { malformedPolicy, readingPolicy } from './policy-errors.ts'
import type { Role } from './role.ts'
import { ROLES } from './role.ts'
import type { SignedPart, Verified } from './signed-part.ts'
import { decodeSigned, readTagged, signBytes, signedHere, verified } from './signed-part.ts'

/** What a grant gives, to whom, and by whose leave. */
export interface GrantTerms {
  readonly network: NetworkId
  /** The device that may. */
  readonly subject: DeviceId
  readonly role: Role
  /** The context at which the right begins: it holds there and everywhere below. */
  readonly under: ContextPath
  /** The first epoch at which the grant holds. */
  readonly fromEpoch: number
  /** The first epoch at which it holds no more; absent when it has no end. */
  readonly untilEpoch?: number
  /** How often it may be handed on: 0 not at all, 1 to devices that may not hand it on, and so on. */
  readonly depth: number
  /** Who signs: the owner, or the subject of `parent`. */
  readonly issuer: DeviceId
  /** The grant that this one was delegated from; absent when the owner gave it. */
  readonly parent?: GrantId
  /** Operational, like all that follow: nodes slow down or refuse service, validity never looks at it. */
  readonly bytesPerDay?: number
  readonly contextsPerDay?: number
  /** Wall clock. Connections and new writes are refused from then on. */
  readonly expiresAtMs?: number
}

export interface Grant extends GrantTerms {
  readonly id: GrantId
}

export interface SignedGrant extends Grant, SignedPart {
  readonly id: GrantId
}

const TAG = 'hcfs/grant/1'
const FORM = { tag: TAG, bytesMax: FORMAT_LIMITS.grantBytesMax, values: 13 }

export function signGrant(terms: Omit<GrantTerms, 'issuer'>, key: DeviceKey): Verified<SignedGrant> {
  const complete = { ...terms, issuer: key.deviceId }
  return signedHere(grantOf(complete, signBytes(encodeTerms(complete), key)))
}

/** Does not verify the signature. */
export function decodeGrant(encoded: Uint8Array): SignedGrant {
  return readGrant(decodeSigned(encoded, 'grant', FORM.bytesMax))
}

export function readGrant(part: SignedPart): SignedGrant {
  return readingPolicy(() => {
    const terms = readTerms(readTagged(part.bytes, 'grant', FORM))
    assertTermRules(terms)
    return grantOf(terms, part)
  })
}

export function verifyGrant(grant: SignedGrant, verifier: SignatureVerifier): Verified<SignedGrant> {
  return verified(grant, grant.issuer, verifier)
}

function grantOf(terms: GrantTerms, part: SignedPart): SignedGrant {
  return { ...terms, ...part, id: grantId(part.id) }
}

function encodeTerms(terms: GrantTerms): Uint8Array {
  readingPolicy(() => assertTermRules(terms))
  return encodeCbor([
    TAG,
    idToBytes(terms.network),
    idToBytes(terms.subject),
    ROLES.indexOf(terms.role),
    terms.under,
    terms.fromEpoch,
    terms.untilEpoch ?? null,
    terms.depth,
    idToBytes(terms.issuer),
    terms.parent === undefined ? null : idToBytes(terms.parent),
    terms.bytesPerDay ?? null,
    terms.contextsPerDay ?? null,
    terms.expiresAtMs ?? null
  ])
}

function readTerms(reader: ArrayReader): GrantTerms {
  const network = reader.id('network', networkId)
  const subject = reader.id('subject', deviceId)
  const role = ROLES[reader.wholeNumber('role')]
  if (role === undefined) throw malformedPolicy('grant.role', 'is none of this format')
  const under = reader.path('under')
  const fromEpoch = reader.wholeNumber('fromEpoch')
  const untilEpoch = reader.optional(() => reader.wholeNumber('untilEpoch'))
  const depth = reader.wholeNumber('depth')
  const issuer = reader.id('issuer', deviceId)
  const parent = reader.optional(() => reader.id('parent', grantId))
  const bytesPerDay = reader.optional(() => reader.wholeNumber('bytesPerDay'))
  const contextsPerDay = reader.optional(() => reader.wholeNumber('contextsPerDay'))
  const expiresAtMs = reader.optional(() => reader.wholeNumber('expiresAtMs'))
  return {
    network,
    subject,
    role,
    under,
    fromEpoch,
    ...(untilEpoch !== undefined && { untilEpoch }),
    depth,
    issuer,
    ...(parent !== undefined && { parent }),
    ...(bytesPerDay !== undefined && { bytesPerDay }),
    ...(contextsPerDay !== undefined && { contextsPerDay }),
    ...(expiresAtMs !== undefined && { expiresAtMs })
  }
}

function assertTermRules(terms: GrantTerms): void {
  // Anybody can sign for a weak key, so a right given to one is given to everybody.
  if (!isStrongPoint(idToBytes(terms.subject))) throw malformedPolicy('grant.subject', 'is a weak key')
  assertWholeNumber('grant.fromEpoch', terms.fromEpoch)
  if (terms.untilEpoch !== undefined) {
    assertWholeNumber('grant.untilEpoch', terms.untilEpoch, { min: terms.fromEpoch + 1 })
  }
  assertWholeNumber('grant.depth', terms.depth, { max: FORMAT_LIMITS.delegationDepthMax })
  for (const name of ['bytesPerDay', 'contextsPerDay', 'expiresAtMs'] as const) {
    const value = terms[name]
    if (value !== undefined) assertWholeNumber(`grant.${name}`, value)
  }
}
