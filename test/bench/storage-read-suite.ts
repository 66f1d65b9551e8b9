import { join } from 'node:path'
import { CheckedStore } from '../../packages/node/src/storage/checked-store.ts'
import { LevelStore } from '../../packages/node/src/storage/level-store.ts'
import { benchFolder, openRawStore } from './raw-store.ts'
import { sampleBody } from './sample-context.ts'
import type { OpenSuite, Suite } from './suite.ts'

const VALUE = sampleBody(1_024)
const ROWS_PER_BATCH = 1_000
const READS_PER_RUN = 100
const SCAN_LIMIT = 1_000
/** Visits all rows in an order that is not theirs. */
const STRIDE = 7_919

/** Reads of rows of 1 KB, each checked against its sum. The floors are the same reads of LevelDB. */
export const storageReadSuite: Suite = {
  name: 'storage-read',
  unit: 'rows',
  sizes: [1_000, 10_000, 100_000],
  open: openStorageReadSuite
}

async function openStorageReadSuite(rowCount: number): Promise<OpenSuite> {
  const folder = await benchFolder()
  const raw = await openRawStore(join(folder.path, 'raw'))
  const store = new CheckedStore(await LevelStore.open(join(folder.path, 'ours')))
  for (let first = 0; first < rowCount; first += ROWS_PER_BATCH) {
    const batch = Array.from({ length: ROWS_PER_BATCH }, (_, index) => ({
      type: 'put' as const,
      key: keyOf(first + index),
      value: VALUE
    }))
    await raw.batch(batch)
    await store.batch(batch)
  }
  const keys = Array.from({ length: READS_PER_RUN }, (_, index) => keyOf((index * STRIDE) % rowCount))
  return {
    rows: [
      {
        name: 'read a text',
        operations: READS_PER_RUN,
        run: () => keys.map((key) => store.getTextSync(key)),
        floor: {
          name: 'raw getSync as text',
          operations: READS_PER_RUN,
          run: () => keys.map((key) => raw.getSync(key))
        }
      },
      {
        name: 'read bytes',
        operations: READS_PER_RUN,
        run: () => keys.map((key) => store.getSync(key)),
        floor: {
          name: 'raw getSync as bytes',
          operations: READS_PER_RUN,
          run: () => keys.map((key) => raw.getSync(key, { keyEncoding: 'utf8', valueEncoding: 'view' }))
        }
      },
      {
        name: 'scan texts',
        operations: SCAN_LIMIT,
        run: () => countOf(store.scanText({ limit: SCAN_LIMIT })),
        floor: { name: 'raw nextv', operations: SCAN_LIMIT, run: () => rawScan(raw) }
      }
    ],
    close: async () => {
      await store.close()
      await raw.close()
      await folder.remove()
    }
  }
}

async function rawScan(raw: Awaited<ReturnType<typeof openRawStore>>): Promise<number> {
  const iterator = raw.iterator({ limit: SCAN_LIMIT, highWaterMarkBytes: 256 * 1_024 })
  let count = 0
  for (let chunk = await iterator.nextv(SCAN_LIMIT); chunk.length > 0; chunk = await iterator.nextv(SCAN_LIMIT)) {
    count += chunk.length
  }
  await iterator.close()
  return count
}

async function countOf(chunks: AsyncIterable<readonly unknown[]>): Promise<number> {
  let count = 0
  for await (const chunk of chunks) count += chunk.length
  return count
}

function keyOf(index: number): string {
  return `c:key/${String(index).padStart(12, '0')}`
}
