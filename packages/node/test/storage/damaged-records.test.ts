import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import type { MetaName } from '../../src/storage/keys.ts'
import { keys } from '../../src/storage/keys.ts'
import { LevelStore } from '../../src/storage/level-store.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** What a node says of itself, flipped below its checksum while no node runs. */
async function directoryWithDamaged(name: MetaName): Promise<string> {
  const dir = await temporaryDirectory()
  const node = await openNode({ dir })
  await node.contexts.put('/a', { body: 'kept' })
  await node.close()
  await using store = await LevelStore.open(join(dir, 'store'))
  const value = Uint8Array.from(store.getSync(keys.meta(name)) ?? [])
  value[value.length - 1]! ^= 1
  await store.batch([{ type: 'put', key: keys.meta(name), value }], { sync: true })
  return dir
}

async function open(dir: string): Promise<HcfsNode> {
  const node = await openNode({ dir })
  onTestFinished(() => node.close())
  return node
}

test.each<MetaName>(['format', 'genesis', 'fingerprint-key'])(
  'a directory whose %s is damaged is not opened, and the message says what to do',
  async (record) => {
    const dir = await directoryWithDamaged(record)
    const told = { code: 'DIRECTORY_DAMAGED', details: { record }, message: expect.stringContaining('restore-backup') }
    await expect(openNode({ dir })).rejects.toMatchObject(told)
  }
)

test.each<MetaName>(['place', 'clean-stop', 'incarnation', 'counts'])(
  'a directory whose %s is damaged is opened, and loses nothing',
  async (record) => {
    const node = await open(await directoryWithDamaged(record))
    expect((await node.contexts.get('/a')).body).toBe('kept')
    await node.contexts.put('/a', { body: 'goes on' })
    expect((await node.verify()).problems).toEqual([])
  }
)
