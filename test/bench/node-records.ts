import { join } from 'node:path'
import { openNode } from '@hcfs/node'
import { keys } from '../../packages/node/src/storage/keys.ts'
import { benchFolder, openRawStore } from './raw-store.ts'
import { SAMPLE_PARTS, samplePath, storeFolderOf } from './sample-node.ts'

export interface RawRecord {
  readonly type: 'put'
  readonly key: string
  readonly value: string
}

/** The end of each key gives way to a number, so that each batch writes new keys. */
const NUMBER_LENGTH = 9
const META_FAMILY = 'm:'

/**
 * Everything a node writes for so many puts at once, as one batch with new keys
 * of the same length each time: what is left when nothing is computed any more.
 */
export async function nodeRecords(putCount: number): Promise<() => RawRecord[]> {
  const folder = await benchFolder()
  const records = await recordsAfterPuts(folder.path, putCount)
  await folder.remove()
  let count = 0
  return () =>
    records.map(({ type, key, value }) => {
      count += 1
      return { type, key: key.slice(0, -NUMBER_LENGTH) + String(count).padStart(NUMBER_LENGTH, '0'), value }
    })
}

async function recordsAfterPuts(folder: string, putCount: number): Promise<RawRecord[]> {
  const directory = join(folder, 'node')
  const node = await openNode({ dir: directory, search: false })
  await Promise.all(Array.from({ length: putCount }, (_, index) => node.contexts.put(samplePath(index), SAMPLE_PARTS)))
  await node.close()
  const raw = await openRawStore(storeFolderOf(directory))
  const entries = await raw.iterator<string, Uint8Array>({ keyEncoding: 'utf8', valueEncoding: 'view' }).all()
  await raw.close()
  return entries
    .filter(([key]) => isWrittenByPuts(key))
    .map(([key, { byteLength }]) => ({
      type: 'put',
      key: key.padEnd(NUMBER_LENGTH),
      // What the bytes say does not matter to LevelDB; compression is off.
      value: 'x'.repeat(byteLength)
    }))
}

/** Not what founding the node wrote. */
function isWrittenByPuts(key: string): boolean {
  return key === keys.meta('counts') || !key.startsWith(META_FAMILY)
}
