import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import { collect } from '../collect.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const START_MS = Date.parse('2026-01-01T00:00:00Z')
const MINUTE_MS = 60_000
const GONE = { code: 'CONTEXT_NOT_FOUND' }

/** `/a` was written in minute 0; what both do from then on is concurrent. */
async function twoNodes(): Promise<{ one: HcfsNode; two: HcfsNode; clock: ManualClock }> {
  const folder = await temporaryDirectory()
  const clock = new ManualClock(START_MS)
  const open = async (name: string) => {
    const node = await openNode({ dir: join(folder, name), clock })
    onTestFinished(() => node.close())
    return node
  }
  const first = await open('one')
  await first.contexts.put('/a', { body: 'one\n' })
  await first.close()
  await cp(join(folder, 'one'), join(folder, 'two'), { recursive: true })
  return { one: await open('one'), two: await open('two'), clock }
}

async function handOver(from: HcfsNode, to: HcfsNode): Promise<void> {
  await to.receive(await collect(from.commits({ after: 0 })))
}

function minute(count: number): Date {
  return new Date(START_MS + count * MINUTE_MS)
}

test('a context that was removed is gone at that time, though a concurrent edit is dated later', async () => {
  const { one, two, clock } = await twoNodes()
  clock.jump(MINUTE_MS)
  await one.contexts.remove('/a')
  clock.jump(MINUTE_MS)
  await two.contexts.edit('/a', (draft) => draft.body.append('two\n'))
  await handOver(one, two)
  await handOver(two, one)
  for (const { contexts } of [one, two]) {
    await expect(contexts.get('/a', { at: minute(2) })).rejects.toMatchObject(GONE)
    await expect(contexts.get('/a', { at: minute(1) })).rejects.toMatchObject(GONE)
    expect((await contexts.get('/a', { at: minute(0.5) })).body).toBe('one\n')
  }
})

test('what one device removed and another had brought back counts as they saw each other', async () => {
  const { one, two, clock } = await twoNodes()
  clock.jump(MINUTE_MS)
  await one.contexts.remove('/a')
  await handOver(one, two)
  clock.jump(MINUTE_MS)
  await two.contexts.undelete('/a')
  await handOver(two, one)
  for (const { contexts } of [one, two]) {
    await expect(contexts.get('/a', { at: minute(1.5) })).rejects.toMatchObject(GONE)
    expect((await contexts.get('/a', { at: minute(2) })).body).toBe('one\n')
  }
})

test('two who remove at once both hide it, until somebody saw both', async () => {
  const { one, two, clock } = await twoNodes()
  clock.jump(MINUTE_MS)
  await one.contexts.remove('/a')
  await two.contexts.remove('/a')
  clock.jump(MINUTE_MS)
  await two.contexts.undelete('/a')
  await handOver(one, two)
  await expect(two.contexts.get('/a', { at: minute(2) })).rejects.toMatchObject(GONE)
  clock.jump(MINUTE_MS)
  await two.contexts.undelete('/a')
  expect((await two.contexts.get('/a', { at: minute(3) })).body).toBe('one\n')
})

test('a context is gone at a time after its life ended, entry or not', async () => {
  const { one, clock } = await twoNodes()
  await one.contexts.put('/a', { meta: { expires: minute(5).toISOString() } })
  const written = await one.contexts.get('/a')
  clock.jump(10 * MINUTE_MS)
  await expect(one.contexts.get('/a', { at: minute(5) })).rejects.toMatchObject(GONE)
  expect((await one.contexts.get('/a', { at: minute(4) })).body).toBe('one\n')
  expect((await one.contexts.get('/a', { at: written.version })).body).toBe('one\n')
})
