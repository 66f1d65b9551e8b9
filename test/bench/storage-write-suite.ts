import { join } from 'node:path'
import { SystemClock, silentLogger } from '@hcfs/core'
import { CheckedStore } from '../../packages/node/src/storage/checked-store.ts'
import { GroupCommit } from '../../packages/node/src/storage/group-commit.ts'
import { LevelStore } from '../../packages/node/src/storage/level-store.ts'
import type { OrderedStore } from '../../packages/node/src/storage/ordered-store.ts'
import { benchFolder, openRawStore, RawGroupCommit } from './raw-store.ts'
import { sampleBody } from './sample-context.ts'
import type { OpenSuite, Suite, Workload } from './suite.ts'

const VALUE = sampleBody(1_024)
const WRITES_PER_WRITER = 16

/** Synced writes of 1 KB by many writers at once. The floors are LevelDB alone, grouped and ungrouped. */
export const storageWriteSuite: Suite = {
  name: 'storage-write',
  unit: 'writers',
  sizes: [1, 8, 64],
  open: openStorageWriteSuite
}

async function openStorageWriteSuite(writerCount: number): Promise<OpenSuite> {
  const folder = await benchFolder()
  const raw = await openRawStore(join(folder.path, 'raw'))
  const store = new CheckedStore(await LevelStore.open(join(folder.path, 'ours')))
  const commits = groupCommitOn(store)
  await commits.start()
  const rawCommits = new RawGroupCommit(raw)
  const rawPut = writers('raw synced put', 1, (key) => raw.put(key, VALUE, { sync: true }))
  const rawGroups = writers('raw group commit', writerCount, (key) => rawCommits.put(key, VALUE))
  const groups = writers('group commit', writerCount, (key) => commits.submit(key))
  return {
    rows: [
      { ...groups, name: 'group commit, beside grouped', floor: rawGroups },
      {
        ...groups,
        name: 'group commit, beside one batch',
        floor: rawBatches(writerCount, (batch) => raw.batch(batch, { sync: true }))
      },
      { ...groups, name: 'group commit, beside one put', floor: rawPut }
    ],
    close: async () => {
      await commits.stop()
      await store.close()
      await raw.close()
      await folder.remove()
    }
  }
}

function groupCommitOn(store: OrderedStore): GroupCommit<string, string> {
  const owner = {
    footprintOf: (key: string) => ({ keys: [key], entries: 1, bytes: VALUE.length }),
    seal: (keys: readonly string[]) => ({
      operations: keys.map((key) => ({ type: 'put' as const, key, value: VALUE })),
      outcomes: keys.map((key) => ({ result: key }))
    }),
    recover: () => store.recover()
  }
  return new GroupCommit({ store, owner, clock: new SystemClock(), log: silentLogger })
}

/** Each writer waits for its write before the next one. */
function writers(name: string, count: number, write: (key: string) => Promise<unknown>): Workload {
  const nextKey = keySource()
  const writeAll = async (): Promise<void> => {
    for (let index = 0; index < WRITES_PER_WRITER; index += 1) await write(nextKey())
  }
  return {
    name,
    operations: count * WRITES_PER_WRITER,
    run: () => Promise.all(Array.from({ length: count }, writeAll))
  }
}

type RawPut = { readonly type: 'put'; readonly key: string; readonly value: string }

function rawBatches(size: number, write: (batch: RawPut[]) => Promise<void>): Workload {
  const nextKey = keySource()
  return {
    name: `raw synced batch of ${size}`,
    operations: size,
    run: () => write(Array.from({ length: size }, () => ({ type: 'put', key: nextKey(), value: VALUE })))
  }
}

function keySource(): () => string {
  let count = 0
  return () => {
    count += 1
    return `c:key/${String(count).padStart(12, '0')}`
  }
}
