import { deviceId, networkId } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { signPolicyEntry } from '../../src/policy/policy-entry.ts'
import { PolicyState } from '../../src/policy/policy-state.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'
import { commitCalled, entryAfter, GENESIS, giving, grantTo, KEYS, path, policyWith } from './network.ts'
import { ruleBrokenBy } from './rule-broken.ts'

const bobs = grantTo('bob')

describe('an entry', () => {
  const state = policyWith([giving(bobs)])
  const declare: Statement = { kind: 'space', path: path('/x') }

  test.each([
    ['of an epoch that is there already', (policy: PolicyState) => ({ ...policy.facts, epoch: policy.epoch - 1 })],
    ['that leaves an epoch out', (policy: PolicyState) => ({ ...policy.facts, epoch: policy.epoch + 1 })],
    ['behind another entry', (policy: PolicyState) => ({ ...policy.facts, head: commitCalled('another') })]
  ])('is refused: one %s', (_, factsOf) => {
    expect(refusalOf(() => state.withEntry(entryAfter({ facts: factsOf(state) }, [declare])))).toBe(
      'POLICY_OUT_OF_ORDER'
    )
  })

  test.each(['ada', 'bob', 'thief', 'recovery'] as const)(
    'is refused when %s signs it instead of the owner',
    (name) => {
      expect(refusalOf(() => state.withEntry(entryAfter(state, [declare], name)))).toBe('POLICY_SIGNER_WRONG')
    }
  )

  test('is refused when it belongs to another network', () => {
    const foreign = { network: networkId(commitCalled('elsewhere')), epoch: 2, prev: state.facts.head }
    const entry = signPolicyEntry({ ...foreign, statements: [declare] }, KEYS.owner)
    expect(refusalOf(() => state.withEntry(entry))).toBe('POLICY_OTHER_NETWORK')
  })

  test('counts whole or not at all', () => {
    expect(ruleBrokenBy(state, declare, declare)).toBe('space-declared')
    expect(state.facts.spaces.has(path('/x'))).toBe(false)
  })

  test('leaves the state before it as it was', () => {
    const before = structuredClone(state.facts)
    state.withEntry(entryAfter(state, [declare, { kind: 'revoke', grant: bobs.id, cuts: [] }]))
    expect(state.facts).toEqual(before)
  })
})

describe('keys', () => {
  const state = PolicyState.found(GENESIS)
  const transfer: Statement = { kind: 'transfer', owner: KEYS.newOwner.deviceId }
  const recover: Statement = {
    kind: 'recover',
    owner: KEYS.newOwner.deviceId,
    recovery: KEYS.newRecovery.deviceId
  }

  test('after a transfer the new owner signs, and the old one no more', () => {
    const after = state.withEntry(entryAfter(state, [transfer]))
    expect(refusalOf(() => after.withEntry(entryAfter(after, [giving(grantTo('bob', { fromEpoch: 2 }))])))).toBe(
      'POLICY_SIGNER_WRONG'
    )
    const given = grantTo('bob', { fromEpoch: 2 }, 'newOwner')
    expect(after.withEntry(entryAfter(after, [giving(given)], 'newOwner')).isMember(KEYS.bob.deviceId)).toBe(true)
  })

  test('the recovery key replaces the owner, and itself', () => {
    const after = state.withEntry(entryAfter(state, [recover], 'recovery'))
    expect(after.facts).toMatchObject({ owner: KEYS.newOwner.deviceId, recovery: KEYS.newRecovery.deviceId })
    expect(refusalOf(() => after.withEntry(entryAfter(after, [recover], 'recovery')))).toBe('POLICY_SIGNER_WRONG')
  })

  test('the owner cannot recover, so a stolen owner key never takes the recovery key along', () => {
    expect(refusalOf(() => state.withEntry(entryAfter(state, [recover])))).toBe('POLICY_SIGNER_WRONG')
  })

  test('a recovery says nothing else', () => {
    const entry = entryAfter(state, [recover, { kind: 'space', path: path('/x') }], 'recovery')
    expect(refusalOf(() => state.withEntry(entry))).toBe('POLICY_STATEMENT_REFUSED')
  })

  test('no network is given to a key that anybody can sign for', () => {
    const weak = deviceId('0'.repeat(64))
    expect(ruleBrokenBy(state, { kind: 'transfer', owner: weak })).toBe('key-weak')
    expect(ruleBrokenBy(state, { kind: 'transfer', owner: GENESIS.ownerKey })).toBe('key-unchanged')
  })
})
