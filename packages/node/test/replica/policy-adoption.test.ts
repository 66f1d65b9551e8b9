import { silentLogger } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'
import { expect, onTestFinished, test } from 'vitest'
import { PolicyAdoption } from '../../src/replica/policy-adoption.ts'

/** States are told apart by what they are, and nothing is asked of them. */
function states(count: number): PolicyState[] {
  return Array.from({ length: count }, (_, epoch) => ({ epoch }) as PolicyState)
}

async function startAdoption(first: PolicyState) {
  const adopted: PolicyState[] = []
  const gate = { open: Promise.resolve() }
  const listeners = new Set<() => void>()
  const policy = { state: first }
  const replica = {
    policy: first,
    adoptPolicy: async (state: PolicyState) => {
      await gate.open
      adopted.push(state)
      replica.policy = state
    }
  }
  const adoption = new PolicyAdoption({
    policy: {
      get state() {
        return policy.state
      },
      onChanged: (listener, { signal } = {}) => {
        const heard = () => listener(policy.state)
        listeners.add(heard)
        signal?.addEventListener('abort', () => listeners.delete(heard))
      },
      entriesAfter: async () => ({ entries: [], epoch: 0, isLast: true }),
      take: async () => {}
    },
    replica,
    log: silentLogger
  })
  await adoption.start()
  onTestFinished(() => adoption.stop())
  const change = (state: PolicyState): void => {
    policy.state = state
    for (const heard of listeners) heard()
  }
  return { adoption, adopted, gate, change }
}

test('the replica goes on under each newer policy, and not twice under one', async () => {
  const [first, second] = states(2) as [PolicyState, PolicyState]
  const { adoption, adopted, change } = await startAdoption(first)
  change(second)
  change(second)
  await adoption.stop()
  expect(adopted).toEqual([second])
})

test('of several that come while one is adopted, only the newest is', async () => {
  const [first, second, third, fourth] = states(4) as [PolicyState, PolicyState, PolicyState, PolicyState]
  const { adopted, gate, change } = await startAdoption(first)
  const opened = Promise.withResolvers<void>()
  gate.open = opened.promise
  change(second)
  await Promise.resolve()
  await Promise.resolve()
  change(third)
  change(fourth)
  opened.resolve()
  await expect.poll(() => adopted).toEqual([second, fourth])
})

test('nothing is adopted after the stop', async () => {
  const [first, second] = states(2) as [PolicyState, PolicyState]
  const { adoption, adopted, change } = await startAdoption(first)
  await adoption.stop()
  change(second)
  await Promise.resolve()
  expect(adopted).toEqual([])
})
