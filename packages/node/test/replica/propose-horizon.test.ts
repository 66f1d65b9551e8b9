import { ManualClock } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/index.ts'
import { openNode } from '../../src/index.ts'
import { collect } from '../collect.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

async function nodeThatKeeps(retention: Readonly<Record<string, number>>): Promise<[HcfsNode, ManualClock]> {
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const node = await openNode({ memory: true, search: false, clock, retention })
  onTestFinished(() => node.close())
  return [node, clock]
}

test('without a retention nothing is proposed', async () => {
  const [node] = await nodeThatKeeps({})

  expect(await collect(node.proposedHorizons())).toEqual([])
})

test('a proposal ends with the newest commit that is older than what is wanted, and drops nothing', async () => {
  const [node, clock] = await nodeThatKeeps({ '/': 10 * DAY_MS })
  await node.contexts.put('/a', { body: 'old' })
  const { commit } = await node.contexts.put('/a', { body: 'still old' })
  await clock.advance(11 * DAY_MS)
  await node.contexts.put('/a', { body: 'young' })

  const [proposal] = await collect(node.proposedHorizons())

  expect(proposal).toMatchObject({ space: '/', commits: 2, olderThan: '2026-01-02T00:00:00.000Z' })
  expect(proposal?.frontier).toMatchObject([{ author: node.id, commit }])
  expect(await collect(node.contexts.history('/a'))).toHaveLength(3)
})

test('a retention that is no time is refused', async () => {
  await expect(openNode({ memory: true, retention: { '/': 0 } })).rejects.toThrow(TypeError)
  await expect(openNode({ memory: true, retention: { nowhere: 1 } })).rejects.toMatchObject({ code: 'PATH_INVALID' })
})
