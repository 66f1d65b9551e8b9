import { expect, test } from 'vitest'
import { planAgain, planSearch } from '../../src/shard/plan-search.ts'

const DEMAND = { k: 10, ef: 64, nodeCount: 100_000 }

test('without a filter the graph is walked for a few more than asked', () => {
  const plan = planSearch(DEMAND)

  expect(plan).toMatchObject({ how: 'walk', ef: 64 })
  expect(plan.how === 'walk' && plan.fetch).toBeGreaterThan(10)
  expect(plan.how === 'walk' && plan.fetch).toBeLessThan(30)
})

test('a filter that keeps many asks the graph for more, one that keeps few is compared one by one', () => {
  const many = planSearch({ ...DEMAND, allowedCount: 50_000 })

  expect(many.how === 'walk' && many.fetch).toBeGreaterThan(20)
  expect(planSearch({ ...DEMAND, allowedCount: 1_000 })).toEqual({ how: 'scan' })
  expect(planSearch({ ...DEMAND, allowedCount: 0 })).toEqual({ how: 'scan' })
})

test('a walk that brought too little is repeated wider until comparing is cheaper', () => {
  const demand = { ...DEMAND, allowedCount: 50_000 }
  const plans: number[] = []
  for (let plan = planSearch(demand); plan.how === 'walk'; plan = planAgain(plan, demand)) plans.push(plan.fetch)

  expect(plans).toEqual([...plans].sort((a, b) => a - b))
  expect(plans.length).toBeGreaterThan(1)
  expect(plans.length).toBeLessThan(10)
})

test('never more is asked of a graph than it has', () => {
  const plan = planSearch({ k: 90, ef: 64, nodeCount: 91 })

  expect(plan).toEqual({ how: 'walk', fetch: 91, ef: 64 })
})
