import { describe, expect, test } from 'vitest'
import { chainOf, commitCalled, entryAfter, FIRST_GRANT, frontier, path, policyWith, tipOf } from './network.ts'
import { ruleBrokenBy } from './rule-broken.ts'

describe('settlements and horizons', () => {
  const settled = policyWith([{ kind: 'settle', frontier: frontier({ ada: 5, bob: 3 }) }])

  test('a settlement names the place of each chain, and keeps what an earlier one named', () => {
    const more = settled.withEntry(entryAfter(settled, [{ kind: 'settle', frontier: frontier({ ada: 8 }) }]))
    expect(more.settlementOf(chainOf('ada'))).toEqual({ seq: 8, id: commitCalled('ada 8') })
    expect(more.settlementOf(chainOf('bob'))).toEqual({ seq: 3, id: commitCalled('bob 3') })
    expect(more.settlementOf(chainOf('bob', '/team'))).toBeUndefined()
  })

  test('a settlement never goes back, and never to a twin', () => {
    const twin = { space: path('/'), tips: [{ ...tipOf('ada', 5), id: commitCalled('twin') }] }
    expect(ruleBrokenBy(settled, { kind: 'settle', frontier: frontier({ ada: 4 }) })).toBe('settlement-goes-back')
    expect(ruleBrokenBy(settled, { kind: 'settle', frontier: twin })).toBe('settlement-goes-back')
    expect(ruleBrokenBy(settled, { kind: 'settle', frontier: frontier({ ada: 5 }) })).toBeUndefined()
  })

  test('a settlement is of a space', () => {
    expect(ruleBrokenBy(settled, { kind: 'settle', frontier: frontier({ ada: 1 }, '/team') })).toBe('space-unknown')
  })

  const root = commitCalled('root')
  const below = settled.withEntry(
    entryAfter(settled, [{ kind: 'horizon', frontier: frontier({ ada: 4, bob: 3 }), root }])
  )

  test('a horizon lies within what is settled, and never goes back', () => {
    expect(ruleBrokenBy(settled, { kind: 'horizon', frontier: frontier({ ada: 6 }), root })).toBe('horizon-not-settled')
    expect(ruleBrokenBy(settled, { kind: 'horizon', frontier: frontier({ cyd: 1 }), root })).toBe('horizon-not-settled')
    expect(ruleBrokenBy(below, { kind: 'horizon', frontier: frontier({ ada: 3 }), root })).toBe('horizon-goes-back')
    expect(below.horizonOf(chainOf('ada'))).toEqual({ seq: 4, id: commitCalled('ada 4') })
  })

  test('no cut reaches below a horizon, listed or not', () => {
    const cuts = [frontier({ ada: 3 })]
    expect(ruleBrokenBy(below, { kind: 'revoke', grant: FIRST_GRANT, cuts })).toBe('cut-below-horizon')
    const revoked = below.withEntry(entryAfter(below, [{ kind: 'revoke', grant: FIRST_GRANT, cuts: [] }]))
    expect(revoked.cutOf({ ...chainOf('ada'), grant: FIRST_GRANT })).toEqual({ seq: 4, id: commitCalled('ada 4') })
  })

  test('a cut from before a horizon stays what it was', () => {
    const cutFirst = settled.withEntry(
      entryAfter(settled, [{ kind: 'revoke', grant: FIRST_GRANT, cuts: [frontier({ ada: 2 })] }])
    )
    const later = cutFirst.withEntry(entryAfter(cutFirst, [{ kind: 'horizon', frontier: frontier({ ada: 4 }), root }]))
    expect(later.cutOf({ ...chainOf('ada'), grant: FIRST_GRANT })?.seq).toBe(2)
  })
})
