import type { GrantId } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { Chain } from '../../src/commit/policy-view.ts'
import type { GrantedEntries } from '../../src/policy/taking-preview.ts'
import { cutsAtNewest, previewTaking } from '../../src/policy/taking-preview.ts'
import type { Name } from './network.ts'
import { chainOf, entryAfter, frontier, giving, grantTo, KEYS, policyWith, tipOf } from './network.ts'

const bobs = grantTo('bob', { role: 'admin', depth: 1 })
const cyds = grantTo('cyd', { parent: bobs }, 'bob')
const state = policyWith([giving(bobs)]).withGrants(cyds)

/** Who wrote how many entries under which grant: one in each commit. */
function held(counts: readonly (readonly [GrantId, Name, number])[]): GrantedEntries {
  const of = (grant: GrantId) => counts.filter(([id]) => id === grant)
  return {
    chainsUnder: (grant) => of(grant).map(([, name, count]) => ({ ...tipOf(name, count), space: chainOf(name).space })),
    countAfter: (grant, chain: Chain, seq) =>
      Math.max(0, (of(grant).find(([, name]) => KEYS[name].deviceId === chain.author)?.[2] ?? 0) - seq)
  }
}

const written = held([
  [bobs.id, 'bob', 8],
  [cyds.id, 'cyd', 20]
])

describe('before a right is taken away', () => {
  test('the owner sees who would lose how many entries, delegates included', () => {
    const preview = previewTaking(state, { grant: bobs.id, cuts: [frontier({ bob: 5 })] }, written)
    expect(preview.grants).toEqual([bobs.id, cyds.id])
    expect(preview.losses).toEqual([
      { author: KEYS.cyd.deviceId, entries: 20 },
      { author: KEYS.bob.deviceId, entries: 3 }
    ])
  })

  test('the cuts at the newest held make nothing void', () => {
    const cuts = cutsAtNewest(state, bobs.id, written)
    expect(cuts).toEqual(
      [frontier({ cyd: 20, bob: 8 })].map(({ space, tips }) => ({
        space,
        tips: tips.toSorted((left, right) => (left.author < right.author ? -1 : 1))
      }))
    )
    expect(previewTaking(state, { grant: bobs.id, cuts }, written).losses).toEqual([])
  })

  test('what an earlier cut made void is not counted again', () => {
    const before = state.withEntry(
      entryAfter(state, [{ kind: 'revoke', grant: cyds.id, cuts: [frontier({ cyd: 15 })] }])
    )
    const { losses } = previewTaking(before, { grant: bobs.id, cuts: [frontier({ bob: 8, cyd: 10 })] }, written)
    expect(losses).toEqual([{ author: KEYS.cyd.deviceId, entries: 5 }])
  })
})
