import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import { CheckedStore } from '../../src/storage/checked-store.ts'
import { traceOfHolder } from '../../src/storage/holder-file.ts'
import { keys } from '../../src/storage/keys.ts'
import { LevelStore } from '../../src/storage/level-store.ts'
import { readMachineId } from '../../src/storage/machine-id.ts'
import { collect } from '../collect.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/*
 * Two nodes that write in one chain and do not know it: one directory is a copy
 * of the other, and nothing about it says so, as after the clone of a whole
 * machine. What one of them shows the other has to end that, while both run.
 */

async function open(dir: string): Promise<HcfsNode> {
  const node = await openNode({ dir })
  onTestFinished(() => node.close())
  return node
}

/** Makes a copied directory believe that it was always where it is now. */
async function hideThatItIsACopy(dir: string): Promise<void> {
  await using store = new CheckedStore(await LevelStore.open(join(dir, 'store')))
  const place = { ...(await traceOfHolder(dir)), machine: await readMachineId() }
  await store.batch([{ type: 'put', key: keys.meta('place'), value: JSON.stringify(place) }], { sync: true })
}

async function nodeAndClone(): Promise<{ one: HcfsNode; two: HcfsNode; dirs: readonly [string, string] }> {
  const folder = await temporaryDirectory()
  const dirs = [join(folder, 'one'), join(folder, 'two')] as const
  const first = await open(dirs[0])
  await first.contexts.put('/shared', { body: 'from before\n' })
  await first.close()
  await cp(dirs[0], dirs[1], { recursive: true })
  await hideThatItIsACopy(dirs[1])
  return { one: await open(dirs[0]), two: await open(dirs[1]), dirs }
}

async function handOver(from: HcfsNode, to: HcfsNode): Promise<string[]> {
  return (await to.receive(await collect(from.commits({ after: 0 })))).map(({ outcome }) => outcome)
}

test('a node that is shown an own write it lacks goes on in another chain, and both come to hold everything', async () => {
  const { one, two } = await nodeAndClone()
  await one.contexts.edit('/shared', (draft) => draft.body.append('from one\n'))
  await one.contexts.put('/one', { body: 'one' })

  expect(await handOver(one, two)).toEqual(['known', 'applied', 'applied'])
  await two.contexts.edit('/shared', (draft) => draft.body.append('from two\n'))
  await two.contexts.put('/two', { body: 'two' })
  await one.contexts.put('/one', { body: 'one, on' })

  expect(await handOver(two, one)).toEqual(['known', 'known', 'known', 'applied', 'applied'])
  expect(await handOver(one, two)).not.toContain('void')
  expect((await two.contexts.get('/shared')).body).toBe('from before\nfrom one\nfrom two\n')
  expect(two.fingerprint()).toEqual(one.fingerprint())
  for (const node of [one, two]) expect((await node.verify()).problems).toEqual([])
})

test('the chain that was left is not gone back to by the next opening', async () => {
  const { one, two, dirs } = await nodeAndClone()
  await one.contexts.put('/one', { body: 'one' })
  await handOver(one, two)
  await two.close()
  const again = await open(dirs[1])
  await again.contexts.put('/two', { body: 'two' })
  await one.contexts.put('/one', { body: 'one, on' })
  expect(await handOver(again, one)).toEqual(['known', 'known', 'applied'])
  expect(await handOver(one, again)).toEqual(['known', 'known', 'applied', 'known'])
  expect(again.fingerprint()).toEqual(one.fingerprint())
})

test('when both have written already, both are held on both sides, and what they write from then on merges', async () => {
  const { one, two } = await nodeAndClone()
  await one.contexts.put('/one', { body: 'one' })
  await two.contexts.put('/two', { body: 'two' })
  const [shown] = (await two.receive(await collect(one.commits({ after: 1 })))) ?? []
  expect(shown).toMatchObject({ outcome: 'void', verdict: { reason: 'fork-held', isFinal: false } })
  await two.contexts.edit('/shared', (draft) => draft.body.append('from two\n'))
  expect(await handOver(two, one)).toEqual(['known', 'void', 'known', 'applied'])
  for (const node of [one, two]) {
    expect((await node.contexts.get('/shared')).body).toBe('from before\nfrom two\n')
    for (const path of ['/one', '/two']) await expect(node.contexts.get(path)).rejects.toThrow(/one|two/)
  }
  expect(two.fingerprint()).toEqual(one.fingerprint())
  for (const node of [one, two]) expect((await node.verify()).problems).toEqual([])
})
