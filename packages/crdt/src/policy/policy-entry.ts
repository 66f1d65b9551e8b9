import type { DeviceId, NetworkId } from '@hcfs/core'
import { bytesToHex, deviceId, encodeCbor, FORMAT_LIMITS, hexToBytes, idToBytes, networkId } from '@hcfs/core'
import type { DeviceKey } from '../commit/device-key.ts'
import type { SignatureVerifier } from '../commit/signature-verifier.ts'
import { assertCount, assertWholeNumber } from '../commit/value-rules.ts'
import { sortedFrontier, sortedFrontiers } from './frontier.ts'
import type { SignedGrant } from './grant.ts'
import { verifyGrant } from './grant.ts'
import { malformedPolicy, readingPolicy } from './policy-errors.ts'
import type { SignedPart, Verified } from './signed-part.ts'
import { decodeSigned, readTagged, signBytes, signedHere, verified } from './signed-part.ts'
import type { Statement } from './statement.ts'
import { readStatement, statementValues } from './statement-codec.ts'
import { assertStatementsRules } from './statement-rules.ts'

/** What one epoch of the policy changes. */
export interface PolicyDraft {
  readonly network: NetworkId
  /** One more than that of the entry before; the first is 1. */
  readonly epoch: number
  /** The id of the entry before; that of the network for the first. */
  readonly prev: string
  /** One or more. They take effect one after another, and all or none. */
  readonly statements: readonly Statement[]
}

export interface PolicyEntry extends PolicyDraft, SignedPart {
  /** The owner, or the recovery key. */
  readonly signer: DeviceId
}

const TAG = 'hcfs/policy/1'
const FORM = { tag: TAG, bytesMax: FORMAT_LIMITS.policyEntryBytesMax, values: 6 }
const HASH_PATTERN = /^[0-9a-f]{64}$/

/** Frontiers and cuts may come in any order. Whether the policy allows it shows where it is applied. */
export function signPolicyEntry(draft: PolicyDraft, key: DeviceKey): Verified<PolicyEntry> {
  const complete = { ...draft, statements: draft.statements.map(canonical), signer: key.deviceId }
  const bytes = readingPolicy(() => encodeEntry(complete))
  return signedHere({ ...complete, ...signBytes(bytes, key) })
}

/** Does not verify the signatures. */
export function decodePolicyEntry(encoded: Uint8Array): PolicyEntry {
  const part = decodeSigned(encoded, 'policy entry', FORM.bytesMax)
  return readingPolicy(() => {
    const reader = readTagged(part.bytes, 'policy entry', FORM)
    const network = reader.id('network', networkId)
    const epoch = reader.wholeNumber('epoch')
    const prev = reader.id('prev', bytesToHex)
    const signer = reader.id('signer', deviceId)
    const statements = reader.list('statements').map(readStatement)
    const entry = { network, epoch, prev, signer, statements, ...part }
    assertEntryRules(entry)
    return entry
  })
}

/** Of the entry, and of every grant in it. */
export function verifyPolicyEntry(entry: PolicyEntry, verifier: SignatureVerifier): Verified<PolicyEntry> {
  for (const grant of entry.statements.flatMap(grantsIn)) verifyGrant(grant, verifier)
  return verified(entry, entry.signer, verifier)
}

export function isRecovery({ statements }: PolicyDraft): boolean {
  return statements.some(({ kind }) => kind === 'recover')
}

function encodeEntry(entry: PolicyDraft & { signer: DeviceId }): Uint8Array {
  assertEntryRules(entry)
  const { network, epoch, prev, signer, statements } = entry
  const bytes = encodeCbor([
    TAG,
    idToBytes(network),
    epoch,
    hexToBytes(prev),
    idToBytes(signer),
    statements.map(statementValues)
  ])
  assertCount('entry.bytes', bytes.length, FORM.bytesMax)
  return bytes
}

function assertEntryRules({ epoch, prev, statements }: PolicyDraft): void {
  assertWholeNumber('entry.epoch', epoch, { min: 1 })
  if (!HASH_PATTERN.test(prev)) throw malformedPolicy('entry.prev', 'is not 32 bytes')
  assertStatementsRules(statements)
}

function canonical(statement: Statement): Statement {
  if ('cuts' in statement) return { ...statement, cuts: sortedFrontiers(statement.cuts) }
  return 'frontier' in statement ? { ...statement, frontier: sortedFrontier(statement.frontier) } : statement
}

function grantsIn(statement: Statement): SignedGrant[] {
  if (statement.kind === 'grant') return [statement.grant]
  return statement.kind === 'narrow' ? [statement.replacement] : []
}
