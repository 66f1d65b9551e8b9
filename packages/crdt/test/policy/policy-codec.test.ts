import { decodeCbor, encodeCbor } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeGenesis, encodeGenesis } from '../../src/policy/genesis.ts'
import { decodeGrant, signGrant, verifyGrant } from '../../src/policy/grant.ts'
import { decodePolicyEntry, signPolicyEntry, verifyPolicyEntry } from '../../src/policy/policy-entry.ts'
import { encodeSigned, signBytes } from '../../src/policy/signed-part.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { damagedBytes, refusalOf } from '../commit/damaged-bytes.ts'
import { FIRST_GRANT, frontier, GENESIS, giving, grantTo, KEYS, NETWORK, path, tipOf, verifier } from './network.ts'
import { everyRecovery, everyStatement, fullGrant } from './sample-parts.ts'

const REFUSALS = ['POLICY_MALFORMED', 'POLICY_TOO_LARGE', 'POLICY_FORMAT_UNKNOWN', 'POLICY_SIGNATURE_INVALID']

function entryWith(statements: readonly Statement[]) {
  return signPolicyEntry({ network: NETWORK, epoch: 1, prev: NETWORK, statements }, KEYS.owner)
}

const everyEntry = [everyStatement, ...everyRecovery].map(entryWith)

/** What a hostile device may sign: any values, in the place of an entry. */
function forgedEntry(change: (values: unknown[]) => void): Uint8Array {
  const values = [...(decodeCbor(everyEntry[0]!.bytes) as readonly unknown[])]
  change(values)
  return encodeSigned(signBytes(encodeCbor(values as Parameters<typeof encodeCbor>[0]), KEYS.owner))
}

test('an entry is read as it was signed, with every kind of statement', () => {
  for (const entry of everyEntry) {
    expect(decodePolicyEntry(encodeSigned(entry))).toStrictEqual(entry)
    expect(() => verifyPolicyEntry(entry, verifier)).not.toThrow()
  }
})

test('a grant is read as it was signed, with and without what it may leave out', () => {
  for (const grant of [fullGrant, grantTo('bob')]) expect(decodeGrant(encodeSigned(grant))).toStrictEqual(grant)
})

test('a genesis is read as it was written', () => {
  expect(decodeGenesis(encodeGenesis(GENESIS))).toStrictEqual(GENESIS)
})

test('the order in which chains are listed does not matter to the one who signs', () => {
  const { space, tips } = frontier({ ada: 1, bob: 2, cyd: 3 })
  const settle = (order: typeof tips) => entryWith([{ kind: 'settle', frontier: { space, tips: order } }]).id
  expect(settle(tips.toReversed())).toBe(settle(tips))
})

/*
 * Goal: whatever bytes a peer sends, reading and verifying gives an error with a
 * code of the policy, or the very part that was signed.
 * Method: cut, change and lengthen good bytes at random places.
 */
describe('damaged bytes', () => {
  test.each([
    [
      'an entry',
      encodeSigned(everyEntry[0]!),
      (bytes: Uint8Array) => verifyPolicyEntry(decodePolicyEntry(bytes), verifier)
    ],
    ['a grant', encodeSigned(fullGrant), (bytes: Uint8Array) => verifyGrant(decodeGrant(bytes), verifier)]
  ] as const)('of %s are refused', (_, right, read) => {
    fc.assert(
      fc.property(damagedBytes(fc.constant(right)), (bytes) => {
        const refusal = refusalOf(() => read(bytes))
        if (refusal === undefined) expect(bytes).toEqual(right)
        else expect(REFUSALS).toContain(refusal)
      })
    )
  })
})

describe('an entry is refused', () => {
  test.each<[string, string, (values: unknown[]) => void]>([
    ['of a newer format', 'POLICY_FORMAT_UNKNOWN', (values) => values.splice(0, 1, 'hcfs/policy/2')],
    ['of another tag', 'POLICY_MALFORMED', (values) => values.splice(0, 1, 'hcfs/grant/1')],
    ['of epoch 0', 'POLICY_MALFORMED', (values) => values.splice(2, 1, 0)],
    ['that says nothing', 'POLICY_MALFORMED', (values) => values.splice(5, 1, [])],
    ['with a statement of no kind', 'POLICY_MALFORMED', (values) => values.splice(5, 1, [['toString', 1]])],
    ['with a setting of no name', 'POLICY_MALFORMED', (values) => values.splice(5, 1, [['setting', 'constructor', 1]])],
    ['with a path that is not canonical', 'POLICY_MALFORMED', (values) => values.splice(5, 1, [['space', '/a/']])],
    [
      'with another flag than 0 or 1',
      'POLICY_MALFORMED',
      (values) => values.splice(5, 1, [['member', new Uint8Array(32), 'x', [], null, 2, 0]])
    ],
    [
      'with a spaces list that is not canonical',
      'POLICY_MALFORMED',
      (values) => values.splice(5, 1, [['member', new Uint8Array(32), 'x', [], ['a'], 1, 0]])
    ],
    ['with a value more', 'POLICY_MALFORMED', (values) => values.push(0)]
  ])('%s', (_, code, change) => {
    expect(refusalOf(() => decodePolicyEntry(forgedEntry(change)))).toBe(code)
  })

  const member = everyStatement.find(({ kind }) => kind === 'member') as Extract<Statement, { kind: 'member' }>
  test.each<[string, string, Statement[]]>([
    ['with too many statements', 'POLICY_TOO_LARGE', Array(257).fill({ kind: 'space', path: path('/x') })],
    ['with too many chains', 'POLICY_TOO_LARGE', [{ kind: 'settle', frontier: manyTips(8_193) }]],
    [
      'with a chain twice',
      'POLICY_MALFORMED',
      [{ kind: 'settle', frontier: { space: path('/'), tips: [tipOf('ada', 1), tipOf('ada', 2)] } }]
    ],
    [
      'with a space twice in its cuts',
      'POLICY_MALFORMED',
      [{ kind: 'end', grant: FIRST_GRANT, cuts: [frontier({ ada: 1 }), frontier({ bob: 1 })] }]
    ],
    [
      'with a space without chains in its cuts',
      'POLICY_MALFORMED',
      [{ kind: 'end', grant: FIRST_GRANT, cuts: [frontier({})] }]
    ],
    ['with a seq of 0', 'POLICY_MALFORMED', [{ kind: 'settle', frontier: frontier({ ada: 0 }) }]],
    [
      'with a setting out of its range',
      'POLICY_MALFORMED',
      [{ kind: 'setting', name: 'replicationFactor', value: 65 }]
    ],
    ['with a name too long', 'POLICY_TOO_LARGE', [{ ...member, name: 'x'.repeat(257) }]],
    ['with an empty name', 'POLICY_MALFORMED', [{ ...member, name: '' }]],
    ['with an address too long', 'POLICY_TOO_LARGE', [{ ...member, addresses: ['x'.repeat(513)] }]],
    ['with too many addresses', 'POLICY_TOO_LARGE', [{ ...member, addresses: Array(17).fill('x') }]],
    ['with spaces out of order', 'POLICY_MALFORMED', [{ ...member, replicates: ['/b', '/a'].map(path) }]]
  ])('by the one who signs: %s', (_, code, statements) => {
    expect(refusalOf(() => entryWith(statements))).toBe(code)
  })
})

describe('a grant is refused', () => {
  test.each([
    ['with too much depth', 'POLICY_MALFORMED', { depth: 9 }],
    ['that ends before it begins', 'POLICY_MALFORMED', { fromEpoch: 3, untilEpoch: 3 }],
    ['with half a byte a day', 'POLICY_MALFORMED', { bytesPerDay: 0.5 }]
  ])('%s', (_, code, terms) => {
    expect(refusalOf(() => grantTo('bob', terms))).toBe(code)
  })

  test('to a key that anybody can sign for', () => {
    const { bytes: _bytes, signature: _signature, id: _id, issuer: _issuer, ...terms } = grantTo('bob')
    const weak = '0'.repeat(64) as typeof terms.subject
    expect(refusalOf(() => signGrant({ ...terms, subject: weak }, KEYS.owner))).toBe('POLICY_MALFORMED')
  })
})

test('a grant in an entry is checked with the signature of its issuer', () => {
  const grant = { ...grantTo('bob'), signature: grantTo('cyd').signature }
  expect(refusalOf(() => verifyPolicyEntry(entryWith([giving(grant)]), verifier))).toBe('POLICY_SIGNATURE_INVALID')
})

function manyTips(count: number) {
  const tips = Array.from({ length: count }, (_, incarnation) => ({ ...tipOf('ada', 1), incarnation }))
  return { space: path('/'), tips }
}
