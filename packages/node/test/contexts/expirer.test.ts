import { ManualClock, settle } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import { collect } from '../collect.ts'

const START_MS = Date.parse('2026-01-01T00:00:00Z')
const HOUR_MS = 3_600_000
const IN_AN_HOUR = '2026-01-01T01:00:00Z'
const IN_TWO_HOURS = '2026-01-01T02:00:00Z'

async function nodeWithClock(): Promise<{ node: HcfsNode; clock: ManualClock }> {
  const clock = new ManualClock(START_MS)
  const node = await openNode({ memory: true, clock })
  onTestFinished(() => node.close())
  return { node, clock }
}

async function kindsOf(node: HcfsNode, path: string): Promise<string[]> {
  return (await collect(node.contexts.history(path))).map(({ kind }) => kind)
}

test('an expired context is hidden from that moment on, before any entry says so', async () => {
  const { node, clock } = await nodeWithClock()
  await node.contexts.put('/a', { body: 'one', meta: { expires: IN_AN_HOUR } })
  clock.jump(HOUR_MS - 1)
  expect((await node.contexts.get('/a')).body).toBe('one')
  clock.jump(1)
  await expect(node.contexts.get('/a')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  expect(await collect(node.contexts.list('/', { recursive: true }))).toEqual([])
  expect(await collect(node.contexts.trash('/'))).toMatchObject([{ path: '/a', reason: 'expired' }])
  expect(await kindsOf(node, '/a')).toEqual(['update'])
})

test('soon after, an entry says so and moves it to the trash', async () => {
  const { node, clock } = await nodeWithClock()
  await node.contexts.put('/a', { body: 'one', meta: { expires: IN_AN_HOUR } })
  await node.contexts.put('/b', { body: 'two' })
  await clock.advance(HOUR_MS + 60_000)
  await settle()
  expect(await kindsOf(node, '/a')).toEqual(['expire', 'update'])
  expect(await node.status()).toMatchObject({ contexts: 1, trashed: 1 })
  expect(await collect(node.contexts.trash('/'))).toMatchObject([{ path: '/a', reason: 'expired' }])
  expect((await node.verify()).problems).toEqual([])
})

test('a life that was made longer in time does not end', async () => {
  const { node, clock } = await nodeWithClock()
  await node.contexts.put('/a', { meta: { expires: IN_AN_HOUR } })
  await node.contexts.edit('/a', (draft) => draft.meta.set('expires', IN_TWO_HOURS))
  await clock.advance(HOUR_MS + 60_000)
  expect(await kindsOf(node, '/a')).toEqual(['update', 'update'])
  expect((await node.contexts.get('/a')).meta.expires).toBe(IN_TWO_HOURS)
})

test.each([0, 60_000])('what has expired can be brought back, and stays (%i ms later)', async (laterMs) => {
  const { node, clock } = await nodeWithClock()
  await node.contexts.put('/a', { body: 'one', meta: { expires: IN_AN_HOUR } })
  if (laterMs === 0) clock.jump(HOUR_MS)
  else await clock.advance(HOUR_MS + laterMs)
  await node.contexts.undelete('/a')
  await clock.advance(HOUR_MS)
  expect(await node.contexts.get('/a')).toMatchObject({ body: 'one', meta: {} })
})

test('what is put where a context expired is a new one', async () => {
  const { node, clock } = await nodeWithClock()
  await node.contexts.put('/a', { body: 'one', tags: ['old'], meta: { expires: IN_AN_HOUR } })
  clock.jump(2 * HOUR_MS)
  await node.contexts.put('/a', { body: 'two' }, { ifAbsent: true })
  await clock.advance(HOUR_MS)
  expect(await node.contexts.get('/a')).toMatchObject({ body: 'two', tags: [], meta: {} })
})

test('closing the node ends the waiting', async () => {
  const { node, clock } = await nodeWithClock()
  await node.contexts.put('/a', { meta: { expires: IN_AN_HOUR } })
  await node.close()
  await clock.advance(2 * HOUR_MS)
  await expect(node.contexts.get('/a')).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
})
