import { networkId } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { PolicyState } from '../../src/policy/policy-state.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'
import {
  chainOf,
  commitCalled,
  entryAfter,
  FIRST_GRANT,
  GENESIS,
  giving,
  grantTo,
  KEYS,
  path,
  policyWith
} from './network.ts'
import { ruleBrokenBy } from './rule-broken.ts'

const bobs = grantTo('bob')
const wholeTeam = { grant: bobs.id, path: path('/team/notes'), epoch: 1 }

describe('before anything was decided', () => {
  const state = PolicyState.found(GENESIS)

  test('the first device may do everything, and nobody else anything', () => {
    const everywhere = { grant: FIRST_GRANT, path: path('/any/where'), epoch: 0 }
    expect(state.mayWrite(KEYS.ada.deviceId, everywhere)).toBe(true)
    expect(state.mayRead(KEYS.ada.deviceId, path('/'))).toBe(true)
    expect(state.mayWrite(KEYS.owner.deviceId, everywhere)).toBe(false)
    expect(state.isMember(KEYS.owner.deviceId)).toBe(false)
  })

  test('everything lies in one space, nothing is cut and nothing settled', () => {
    expect(state.spaceOf(path('/a/b'), 0)).toBe('/')
    expect(state.cutOf({ ...chainOf('ada'), grant: FIRST_GRANT })).toBeUndefined()
    expect(state.settlementOf(chainOf('ada'))).toBeUndefined()
  })
})

describe('a grant', () => {
  const state = policyWith([giving(bobs)])

  test.each([
    ['its subject below its path', { ...wholeTeam }, 'bob', true],
    ['its subject at its path', { ...wholeTeam, path: path('/team') }, 'bob', true],
    ['its subject beside its path', { ...wholeTeam, path: path('/teammates') }, 'bob', false],
    ['its subject before it was given', { ...wholeTeam, epoch: 0 }, 'bob', false],
    ['another device', wholeTeam, 'cyd', false]
  ] as const)('says of %s', (_, question, name, may) => {
    expect(state.mayWrite(KEYS[name].deviceId, question)).toBe(may)
  })

  test('that is not here yet is unknown, not refused', () => {
    const question = { ...wholeTeam, grant: grantTo('cyd').id, author: KEYS.cyd.deviceId, right: 'write' } as const
    expect(state.grantCovers(question)).toBe('unknown')
    expect(state.grantCovers({ ...question, grant: bobs.id })).toBe('no')
  })

  test('to read gives no right to write', () => {
    const reading = grantTo('bob', { role: 'read' })
    const policy = policyWith([giving(reading)])
    expect(policy.mayWrite(KEYS.bob.deviceId, { ...wholeTeam, grant: reading.id })).toBe(false)
  })

  test('holds no more from its last epoch on', () => {
    const short = grantTo('bob', { untilEpoch: 3 })
    const policy = policyWith(
      [giving(short)],
      [{ kind: 'space', path: path('/x') }],
      [{ kind: 'space', path: path('/y') }]
    )
    expect([0, 1, 2, 3].map((epoch) => policy.holds(short.id, epoch))).toEqual([false, true, true, false])
  })

  test.each([
    [
      'grant-back-dated',
      () => policyWith([{ kind: 'space', path: path('/x') }]),
      () => giving(grantTo('bob', { fromEpoch: 1 }))
    ],
    ['grant-not-of-owner', () => PolicyState.found(GENESIS), () => giving(grantTo('bob', {}, 'ada'))],
    [
      'grant-not-of-owner',
      () => PolicyState.found(GENESIS),
      () => giving(grantTo('bob', { parent: state.grant(bobs.id)! }))
    ]
  ] as const)('in the log is refused: %s', (rule, given, statement) => {
    expect(ruleBrokenBy(given(), statement())).toBe(rule)
  })

  test('is refused twice, and one of another network too', () => {
    expect(ruleBrokenBy(PolicyState.found(GENESIS), giving(bobs), giving(bobs))).toBe('grant-known')
    const foreign = grantTo('bob', { network: networkId(commitCalled('elsewhere')) })
    expect(refusalOf(() => policyWith([giving(foreign)]))).toBe('POLICY_OTHER_NETWORK')
  })
})

describe('reading', () => {
  const inner: Statement = { kind: 'space', path: path('/team/secret') }

  test('is given for the spaces within the path of a grant', () => {
    const state = policyWith([inner, giving(grantTo('bob', { role: 'read', under: path('/team/secret') }))])
    expect(state.mayRead(KEYS.bob.deviceId, path('/team/secret'))).toBe(true)
    expect(state.mayRead(KEYS.bob.deviceId, path('/'))).toBe(false)
  })

  test('comes with the right to write in a part of the space', () => {
    const state = policyWith([inner, giving(bobs)])
    expect(state.mayRead(KEYS.bob.deviceId, path('/'))).toBe(true)
    expect(state.mayRead(KEYS.bob.deviceId, path('/team/secret'))).toBe(true)
    expect(state.mayRead(KEYS.cyd.deviceId, path('/'))).toBe(false)
  })

  test('is no right of a reader of a part that is no space', () => {
    const state = policyWith([giving(grantTo('bob', { role: 'read' }))])
    expect(state.mayRead(KEYS.bob.deviceId, path('/'))).toBe(false)
  })
})

describe('a space', () => {
  const state = policyWith([{ kind: 'space', path: path('/team') }], [{ kind: 'space', path: path('/team/inner') }])

  test('is the deepest prefix that was declared at the epoch', () => {
    expect([0, 1, 2].map((epoch) => state.spaceOf(path('/team/inner/note'), epoch))).toEqual([
      '/',
      '/team',
      '/team/inner'
    ])
    expect(state.spaceOf(path('/team/inner'), 2)).toBe('/team/inner')
    expect(state.spaceOf(path('/team/innermost'), 2)).toBe('/team')
  })

  test('is declared once', () => {
    expect(ruleBrokenBy(state, { kind: 'space', path: path('/team') })).toBe('space-declared')
  })
})

describe('a delegated grant', () => {
  const admins = grantTo('bob', { role: 'admin', depth: 2 })
  const state = policyWith([giving(admins)])
  const cyds = grantTo('cyd', { parent: admins, depth: 1, under: path('/team/notes') }, 'bob')
  const dans = grantTo('dan', { parent: cyds, under: path('/team/notes/daily') }, 'cyd')
  const daily = { path: path('/team/notes/daily/1'), epoch: 1 }

  test('gives its subject the right, and so does one delegated from it', () => {
    const grown = state.withGrants(cyds, dans)
    expect(grown.mayWrite(KEYS.cyd.deviceId, { grant: cyds.id, ...daily })).toBe(true)
    expect(grown.mayWrite(KEYS.dan.deviceId, { grant: dans.id, ...daily })).toBe(true)
    expect(grown.withDescendants(admins.id)).toEqual([admins.id, cyds.id, dans.id])
  })

  test('waits for the one it comes from', () => {
    expect(refusalOf(() => state.withGrants(dans))).toBe('POLICY_OUT_OF_ORDER')
  })

  test.each([
    ['a wider path', grantTo('cyd', { parent: admins, under: path('/') }, 'bob')],
    ['a path beside', grantTo('cyd', { parent: admins, under: path('/teams') }, 'bob')],
    ['as much depth', grantTo('cyd', { parent: admins, depth: 2 }, 'bob')],
    ['by somebody else', grantTo('cyd', { parent: admins }, 'thief')],
    ['by the owner', grantTo('cyd', { parent: admins }, 'owner')]
  ] as const)('is refused with %s', (_, grant) => {
    expect(refusalOf(() => state.withGrants(grant))).toBe('GRANT_WIDENS')
  })

  test('is refused with a higher role', () => {
    const grown = state.withGrants(cyds)
    expect(
      refusalOf(() =>
        grown.withGrants(grantTo('dan', { ...daily, parent: cyds, role: 'admin', under: path('/team/notes') }, 'cyd'))
      )
    ).toBe('GRANT_WIDENS')
  })

  test('is refused from a grant that may not be handed on', () => {
    const grown = state.withGrants(cyds, dans)
    expect(
      refusalOf(() => grown.withGrants(grantTo('thief', { parent: dans, under: path('/team/notes/daily') }, 'dan')))
    ).toBe('GRANT_WIDENS')
  })

  test('ends with the one that it comes from', () => {
    const grown = state.withGrants(cyds, dans)
    const after = grown.withEntry(entryAfter(grown, [{ kind: 'revoke', grant: admins.id, cuts: [] }]))
    expect([1, 2].map((epoch) => after.holds(dans.id, epoch))).toEqual([true, false])
    expect(after.cutOf({ ...chainOf('dan'), grant: dans.id })).toEqual({ seq: 0 })
    expect(after.isMember(KEYS.dan.deviceId)).toBe(false)
  })
})

test('members and settings are what was said last', () => {
  const member = {
    kind: 'member',
    device: KEYS.bob.deviceId,
    name: 'laptop',
    addresses: [],
    isIndexing: true,
    isForgotten: false
  } as const
  const state = policyWith(
    [member],
    [
      { ...member, name: 'desk', isForgotten: true },
      { kind: 'setting', name: 'replicationFactor', value: 5 }
    ]
  )
  expect(state.facts.members.get(KEYS.bob.deviceId)).toMatchObject({ name: 'desk', isForgotten: true })
  expect([state.setting('replicationFactor'), state.setting('retentionDays')]).toEqual([5, 0])
})
