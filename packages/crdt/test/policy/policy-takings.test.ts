import { describe, expect, test } from 'vitest'
import type { PolicyState } from '../../src/policy/policy-state.ts'
import {
  chainOf,
  commitCalled,
  entryAfter,
  FIRST_GRANT,
  frontier,
  giving,
  grantTo,
  KEYS,
  path,
  policyWith
} from './network.ts'
import { ruleBrokenBy } from './rule-broken.ts'

const bobs = grantTo('bob')

describe('taking a right away', () => {
  const state = policyWith([giving(bobs)])
  const revoked = policyWith([giving(bobs)], [{ kind: 'revoke', grant: bobs.id, cuts: [frontier({ bob: 5 })] }])
  const cut = (policy: PolicyState, name: 'bob' | 'cyd' = 'bob', space = '/') =>
    policy.cutOf({ ...chainOf(name, space), grant: bobs.id })

  test('leaves what lies on the chains of the cut, and nothing of a chain that is not listed', () => {
    expect(cut(state)).toBeUndefined()
    expect(cut(revoked)).toEqual({ seq: 5, id: commitCalled('bob 5') })
    expect(cut(revoked, 'bob', '/team')).toEqual({ seq: 0 })
    expect(revoked.cutOf({ ...chainOf('bob'), incarnation: 8, grant: bobs.id })).toEqual({ seq: 0 })
  })

  test('leaves the right to earlier epochs, so that the past stays judged as it was', () => {
    expect([1, 2].map((epoch) => revoked.holds(bobs.id, epoch))).toEqual([true, false])
  })

  test('touches no other grant', () => {
    expect(revoked.cutOf({ ...chainOf('bob'), grant: FIRST_GRANT })).toBeUndefined()
  })

  test('a second time can leave less, and never more', () => {
    const again = (seq: number) =>
      revoked.withEntry(entryAfter(revoked, [{ kind: 'revoke', grant: bobs.id, cuts: [frontier({ bob: seq })] }]))
    expect(cut(again(3))).toEqual({ seq: 3, id: commitCalled('bob 3') })
    expect(cut(again(9))).toEqual({ seq: 5, id: commitCalled('bob 5') })
    expect(again(9).holds(bobs.id, 2)).toBe(false)
  })

  test('works for a grant that is not here', () => {
    const unknown = grantTo('cyd', { parent: bobs }, 'bob')
    const policy = policyWith([{ kind: 'end', grant: unknown.id, cuts: [] }])
    expect(policy.cutOf({ ...chainOf('cyd'), grant: unknown.id })).toEqual({ seq: 0 })
  })

  test('narrows by giving another grant in place of the one before', () => {
    const replacement = grantTo('bob', { under: path('/team/notes'), fromEpoch: 2 })
    const narrowed = state.withEntry(
      entryAfter(state, [{ kind: 'narrow', grant: bobs.id, cuts: [frontier({ bob: 5 })], replacement }])
    )
    expect(narrowed.holds(bobs.id, 2)).toBe(false)
    expect(narrowed.mayWrite(KEYS.bob.deviceId, { grant: replacement.id, path: path('/team/notes/a'), epoch: 2 })).toBe(
      true
    )
    expect(cut(narrowed)).toEqual({ seq: 5, id: commitCalled('bob 5') })
    expect(narrowed.cutOf({ ...chainOf('bob'), grant: replacement.id })).toBeUndefined()
  })

  test.each([
    ['grant-not-narrower', bobs.id, { under: path('/') }],
    ['grant-not-narrower', bobs.id, { role: 'admin' }],
    ['grant-not-narrower', bobs.id, { depth: 1 }],
    ['grant-unknown', grantTo('cyd').id, {}]
  ] as const)('does not widen instead: %s', (rule, grant, terms) => {
    const replacement = grantTo('bob', { fromEpoch: 2, ...terms })
    expect(ruleBrokenBy(state, { kind: 'narrow', grant, cuts: [], replacement })).toBe(rule)
  })
})
