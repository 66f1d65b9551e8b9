import { expect, test } from 'vitest'
import type { ReplicatedNode } from './open-replicated-nodes.ts'
import { replicatedNodes } from './replicated-nodes.ts'

const WITHIN = { timeout: 20_000, interval: 5 }

async function untilEqual(nodes: readonly ReplicatedNode[]): Promise<void> {
  await expect.poll(() => new Set(nodes.map((node) => node.fingerprint())).size, WITHIN).toBe(1)
}

test('what one writes the others show, without waiting for a round', async () => {
  const { nodes } = await replicatedNodes(3)
  const [ada, bob, cyd] = nodes as [ReplicatedNode, ReplicatedNode, ReplicatedNode]
  await ada.put('/note', 'hello')
  await expect.poll(() => [bob.body('/note'), cyd.body('/note')], WITHIN).toEqual(['hello', 'hello'])
  await untilEqual(nodes)
})

test('two that were apart are equal once they are connected, whatever both wrote', async () => {
  const { nodes, connect } = await replicatedNodes(2, { isApart: true })
  const [ada, bob] = nodes as [ReplicatedNode, ReplicatedNode]
  for (let turn = 0; turn < 20; turn += 1) {
    await ada.put(`/ada/${turn}`, `of ada ${turn}`)
    await bob.put(`/bob/${turn}`, `of bob ${turn}`)
    await ada.put('/both', `ada ${turn}`)
    await bob.put('/both', `bob ${turn}`)
  }
  expect(ada.fingerprint()).not.toBe(bob.fingerprint())
  await connect(ada, bob)
  await untilEqual(nodes)
  expect(ada.body('/both')).toBe(bob.body('/both'))
  expect(ada.body('/bob/19')).toBe('of bob 19')
})

test('gossip that is lost is made good as soon as later gossip shows the gap', async () => {
  const { nodes } = await replicatedNodes(2)
  const [ada, bob] = nodes as [ReplicatedNode, ReplicatedNode]
  ada.tap.losesGossip = true
  await ada.put('/a', 'lost')
  await ada.put('/b', 'lost as well')
  ada.tap.losesGossip = false
  await ada.put('/c', 'heard')
  await expect
    .poll(() => [bob.body('/a'), bob.body('/b'), bob.body('/c')], WITHIN)
    .toEqual(['lost', 'lost as well', 'heard'])
})

test('gossip that is lost and followed by nothing is made good by a round', async () => {
  const { nodes } = await replicatedNodes(2, { reconcilePauseMsMin: 100, reconcilePauseMsMax: 200 })
  const [ada, bob] = nodes as [ReplicatedNode, ReplicatedNode]
  ada.tap.losesGossip = true
  await ada.put('/a', 'lost')
  await expect.poll(() => bob.body('/a'), WITHIN).toBe('lost')
})

test('a payload that is too large for gossip is fetched', async () => {
  const { nodes } = await replicatedNodes(2)
  const [ada, bob] = nodes as [ReplicatedNode, ReplicatedNode]
  const large = 'x'.repeat(700_000)
  await ada.put('/large', large)
  await expect.poll(() => bob.body('/large')?.length, WITHIN).toBe(large.length)
  expect(Math.max(...ada.tap.published.map(({ byteLength }) => byteLength))).toBeLessThan(262_144)
})

test('five that were in two halves are equal after the halves meet at one link', async () => {
  const { nodes, connect } = await replicatedNodes(5, { isApart: true })
  const [a, b, c, d, e] = nodes as [ReplicatedNode, ReplicatedNode, ReplicatedNode, ReplicatedNode, ReplicatedNode]
  await connect(a, b)
  await connect(b, c)
  await connect(d, e)
  for (const [index, node] of nodes.entries()) await node.putAll([`/${index}`, `/shared/${index}`], `by ${index}`)
  await untilEqual([a, b, c])
  await untilEqual([d, e])
  await connect(c, d)
  await untilEqual(nodes)
})
