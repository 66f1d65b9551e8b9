import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowCache } from '../../src/replica/row-cache.ts'

const COST_MAX = 20

test('a cache never answers with what was replaced or deleted', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const step = fc.oneof(
    fc.record({ do: fc.constant('set' as const), key, cost: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ do: fc.constantFrom('get' as const, 'delete' as const), key })
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const cache = new RowCache<{ cost: number }>({ costMax: COST_MAX, costOf: ({ cost }) => cost })
      const model = new Map<string, { cost: number }>()
      for (const each of steps) {
        if (each.do === 'set') {
          const row = { cost: each.cost }
          cache.set(each.key, row)
          model.set(each.key, row)
        } else if (each.do === 'delete') {
          cache.delete(each.key)
          model.delete(each.key)
        }
        expect([undefined, model.get(each.key)]).toContain(cache.get(each.key))
      }
    })
  )
})

test('what is used stays, and what is not goes', () => {
  const cache = new RowCache<number>({ costMax: 10, costOf: () => 1 })
  cache.set('hot', 1)
  for (let index = 0; index < 100; index += 1) {
    cache.set(`cold ${index}`, index)
    expect(cache.get('hot')).toBe(1)
  }
  expect(cache.get('cold 0')).toBeUndefined()
})
