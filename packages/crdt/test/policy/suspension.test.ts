import { describe, expect, test } from 'vitest'
import {
  decodePolicyRequest,
  isSelfDescription,
  isWithinReach,
  signPolicyRequest,
  verifyPolicyRequest
} from '../../src/policy/policy-request.ts'
import { encodeSigned } from '../../src/policy/signed-part.ts'
import type { MemberStatement, Statement } from '../../src/policy/statement.ts'
import {
  decodeSuspension,
  isSuspended,
  signSuspension,
  suspendingGrantOf,
  verifySuspension
} from '../../src/policy/suspension.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'
import type { Name } from './network.ts'
import { entryAfter, FIRST_GRANT, giving, grantTo, KEYS, NETWORK, path, policyWith, verifier } from './network.ts'

const NOW = 1_790_000_000_000
const HOUR = 3_600_000

const bobs = grantTo('bob', { role: 'admin', depth: 2 })
const cyds = grantTo('cyd', { parent: bobs, depth: 1 }, 'bob')
const dans = grantTo('dan', { role: 'admin' })
const state = policyWith([giving(bobs), giving(dans)]).withGrants(cyds)

function suspensionOf(
  device: Name,
  { by = 'bob', grant = bobs, at = NOW }: { by?: Name; grant?: typeof bobs; at?: number } = {}
) {
  const draft = { network: NETWORK, grant: grant.id, device: KEYS[device].deviceId, issuedAtMs: at }
  return signSuspension(draft, KEYS[by])
}

describe('a suspension', () => {
  const ofCyd = suspensionOf('cyd')

  test('is read as it was signed, and only with its signature', () => {
    expect(decodeSuspension(encodeSigned(ofCyd))).toStrictEqual(ofCyd)
    const changed = { ...ofCyd, signature: suspensionOf('dan').signature }
    expect(refusalOf(() => verifySuspension(changed, verifier))).toBe('POLICY_SIGNATURE_INVALID')
  })

  test.each([
    [-121_000, false],
    [0, true],
    [72 * HOUR - 1, true],
    [72 * HOUR, false]
  ])('holds %d ms after it was issued: %s', (afterMs, holds) => {
    expect(isSuspended(state, ofCyd, NOW + afterMs)).toBe(holds)
  })

  test('stays when the owner confirms it, until the owner lifts it', () => {
    const confirmed = state.withEntry(entryAfter(state, [{ kind: 'confirm', suspension: ofCyd.id }]))
    expect(isSuspended(confirmed, ofCyd, NOW + 1_000 * HOUR)).toBe(true)
    const lifted = confirmed.withEntry(entryAfter(confirmed, [{ kind: 'lift', suspension: ofCyd.id }]))
    expect(isSuspended(lifted, ofCyd, NOW)).toBe(false)
  })

  test.each([
    ['a member let in by the owner', suspensionOf('dan')],
    ['the administrator itself', suspensionOf('bob')],
    ['its giver', suspensionOf('bob', { by: 'cyd', grant: cyds })],
    ['a member below, by one who is no administrator', suspensionOf('cyd', { by: 'cyd', grant: cyds })],
    ['a member below, in the name of another grant', suspensionOf('cyd', { by: 'dan' })]
  ])('does not work on %s', (_, suspension) => {
    expect(isSuspended(state, suspension, NOW)).toBe(false)
  })

  test('does not work by a member that let in another without being an administrator', () => {
    const letIn = grantTo('thief', { parent: cyds }, 'cyd')
    const suspension = suspensionOf('thief', { by: 'cyd', grant: cyds })
    expect(isSuspended(state.withGrants(letIn), suspension, NOW)).toBe(false)
  })

  test('works on everybody else by the device on which the network was founded, while its owner is the first', () => {
    const byFirst = suspensionOf('dan', { by: 'ada', grant: { ...bobs, id: FIRST_GRANT } })
    expect(isSuspended(state, byFirst, NOW)).toBe(true)
    const question = { signer: KEYS.ada.deviceId, device: KEYS.dan.deviceId }
    expect(suspendingGrantOf(state, question)).toBe(FIRST_GRANT)
    expect(suspendingGrantOf(state, { ...question, device: KEYS.ada.deviceId })).toBeUndefined()
    const handedOver = state.withEntry(entryAfter(state, [{ kind: 'transfer', owner: KEYS.dan.deviceId }]))
    expect(isSuspended(handedOver, byFirst, NOW)).toBe(false)
    const byNew = { signer: KEYS.dan.deviceId, device: KEYS.ada.deviceId }
    expect(suspendingGrantOf(handedOver, byNew)).toBe(dans.id)
    expect(suspendingGrantOf(state, byNew)).toBeUndefined()
  })

  test('ends with the right of the administrator', () => {
    const after = state.withEntry(entryAfter(state, [{ kind: 'revoke', grant: bobs.id, cuts: [] }]))
    expect(isSuspended(after, ofCyd, NOW)).toBe(false)
  })

  test('does not work on a member that the owner let in too', () => {
    const also = state.withEntry(entryAfter(state, [giving(grantTo('cyd', { fromEpoch: 2 }))]))
    expect(isSuspended(also, ofCyd, NOW)).toBe(false)
  })
})

const described = (device: Name): MemberStatement => {
  return {
    kind: 'member',
    device: KEYS[device].deviceId,
    name: 'x',
    addresses: [],
    isIndexing: true,
    isForgotten: false
  }
}

describe('a request', () => {
  const request = (statement: Statement, by: Name = 'bob') =>
    signPolicyRequest({ network: NETWORK, grant: bobs.id, statements: [statement] }, KEYS[by])
  const revokeCyd: Statement = { kind: 'revoke', grant: cyds.id, cuts: [] }

  test('is read as it was signed, and only with its signature', () => {
    const asked = request(revokeCyd)
    expect(decodePolicyRequest(encodeSigned(asked))).toStrictEqual(asked)
    const changed = { ...asked, signer: KEYS.thief.deviceId }
    expect(refusalOf(() => verifyPolicyRequest(changed, verifier))).toBe('POLICY_SIGNATURE_INVALID')
  })

  test.each<[string, boolean, Statement]>([
    ['revoking a grant below', true, revokeCyd],
    ['revoking the own grant', false, { kind: 'revoke', grant: bobs.id, cuts: [] }],
    ['revoking the grant of a neighbour', false, { kind: 'end', grant: dans.id, cuts: [] }],
    ['a space below the own path', true, { kind: 'space', path: path('/team/x') }],
    ['a space elsewhere', false, { kind: 'space', path: path('/teammates') }],
    [
      'the name of a member below',
      true,
      { kind: 'member', device: KEYS.cyd.deviceId, name: 'c', addresses: [], isIndexing: true, isForgotten: false }
    ],
    [
      'the name of another member',
      false,
      { kind: 'member', device: KEYS.dan.deviceId, name: 'd', addresses: [], isIndexing: true, isForgotten: false }
    ],
    ['the end of its own grant', true, { kind: 'end', grant: bobs.id, cuts: [] }],
    ['the end of what it came from', false, { kind: 'end', grant: FIRST_GRANT, cuts: [] }],
    ['its own name', true, described('bob')],
    ['nobody waiting for it', false, { ...described('bob'), isForgotten: true }],
    ['another owner', false, { kind: 'transfer', owner: KEYS.bob.deviceId }]
  ])('for %s is within reach: %s', (_, isWithin, statement) => {
    expect(isWithinReach(state, request(statement))).toBe(isWithin)
  })

  test.each<[string, boolean, Statement]>([
    ['to leave', true, { kind: 'end', grant: cyds.id, cuts: [] }],
    ['its name', true, described('cyd')],
    ['to revoke its own grant', false, { kind: 'revoke', grant: cyds.id, cuts: [] }],
    ['to end the grant of another', false, { kind: 'end', grant: dans.id, cuts: [] }],
    ['the name of another', false, described('bob')],
    ['a space', false, { kind: 'space', path: path('/team/x') }]
  ])('by a member that is no administrator %s is within reach: %s', (_, isWithin, statement) => {
    const asked = signPolicyRequest({ network: NETWORK, grant: cyds.id, statements: [statement] }, KEYS.cyd)
    expect(isWithinReach(state, asked)).toBe(isWithin)
    const gone = state.withEntry(entryAfter(state, [{ kind: 'end', grant: cyds.id, cuts: [] }]))
    expect(isWithinReach(gone, asked)).toBe(false)
  })

  test('describes its signer only if it says nothing else', () => {
    expect(isSelfDescription(request(described('bob')))).toBe(true)
    expect(isSelfDescription(request(described('cyd')))).toBe(false)
    expect(isSelfDescription(request({ ...described('bob'), isForgotten: true }))).toBe(false)
  })

  test('of who is not the administrator that it names is not within reach', () => {
    expect(isWithinReach(state, request(revokeCyd, 'dan'))).toBe(false)
  })
})
