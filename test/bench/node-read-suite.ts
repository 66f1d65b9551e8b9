import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { parsePath } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import { keys } from '../../packages/node/src/storage/keys.ts'
import { loopDelayOf } from './loop-delay.ts'
import { benchFolder, openRawStore } from './raw-store.ts'
import { fillNode, putAll, samplePath, storeFolderOf } from './sample-node.ts'
import type { BenchmarkRow, OpenSuite, Suite } from './suite.ts'

type RawStore = Awaited<ReturnType<typeof openRawStore>>

const READS_PER_RUN = 1_000
const HOT_CONTEXTS = 16
const CHILDREN = 1_000
const CHILDREN_FOLDER = '/wide'
const LISTS_FOR_DELAY = 10
/** Coprime to every size, so that all contexts have their turn and no two reads are neighbours. */
const STRIDE = 7_919
/** The smallest there is: cold contexts stay cold. */
const ROW_CACHE_BYTES = 1_024 * 1_024
const HOT_GOAL_PER_SECOND = 1_500_000
const COLD_GOAL = 0.45
const LOOP_DELAY_GOAL_MS = 20

/** Reading contexts of a node by path, and listing them. */
export const nodeReadSuite: Suite = {
  name: 'node-read',
  unit: 'contexts',
  sizes: [1_000, 10_000, 100_000],
  open: openNodeReadSuite
}

async function openNodeReadSuite(contextCount: number): Promise<OpenSuite> {
  const folder = await benchFolder()
  const directory = join(folder.path, 'node')
  await fillDirectory(directory, contextCount)
  // The floor reads the same files, as LevelDB wrote them.
  await cp(storeFolderOf(directory), join(folder.path, 'raw'), { recursive: true })
  const raw = await openRawStore(join(folder.path, 'raw'))
  const node = await openNode({ dir: directory, limits: { rowCacheBytesMax: ROW_CACHE_BYTES } })
  return {
    rows: [hotRow(node), coldRow(node, raw, contextCount), listRow(node, raw)],
    figures: [
      {
        name: 'event loop delay of listing 1,000 children, p99',
        unit: 'ms',
        take: () => loopDelayOf(() => repeat(LISTS_FOR_DELAY, () => countOf(node.contexts.list(CHILDREN_FOLDER)))),
        floor: {
          name: 'of raw scans of 1,000 rows, p99',
          take: () => loopDelayOf(() => repeat(LISTS_FOR_DELAY, () => rawChildren(raw)))
        },
        goal: LOOP_DELAY_GOAL_MS
      }
    ],
    close: async () => {
      await node.close()
      await raw.close()
      await folder.remove()
    }
  }
}

async function fillDirectory(directory: string, contextCount: number): Promise<void> {
  const node = await openNode({ dir: directory })
  await fillNode(node, contextCount)
  await putAll(
    node,
    Array.from({ length: CHILDREN }, (_, index) => `${CHILDREN_FOLDER}/child-${index}`)
  )
  await node.close()
}

/** The floor answers from a map, with a promise as well. */
function hotRow(node: HcfsNode): BenchmarkRow {
  const paths = Array.from({ length: READS_PER_RUN }, (_, index) => samplePath(index % HOT_CONTEXTS))
  const shared = new Map(paths.map((path) => [path, Object.freeze({ path })]))
  const answer = async (path: string): Promise<unknown> => shared.get(path)
  return {
    name: `get, hot (goal ${HOT_GOAL_PER_SECOND.toLocaleString('en')}/s)`,
    operations: READS_PER_RUN,
    run: async () => {
      for (const path of paths) await node.contexts.get(path)
    },
    floor: {
      name: 'an asynchronous map',
      operations: READS_PER_RUN,
      run: async () => {
        for (const path of paths) await answer(path)
      }
    }
  }
}

function coldRow(node: HcfsNode, raw: RawStore, contextCount: number): BenchmarkRow {
  const nextPath = strider(contextCount)
  const nextKey = strider(contextCount)
  return {
    name: 'get, cold',
    operations: READS_PER_RUN,
    run: async () => {
      for (let count = 0; count < READS_PER_RUN; count += 1) await node.contexts.get(nextPath())
    },
    floor: {
      name: 'raw getSync',
      operations: READS_PER_RUN,
      run: () => {
        for (let count = 0; count < READS_PER_RUN; count += 1) raw.getSync(keys.context(parsePath(nextKey())))
      }
    },
    // With fewer, some of what is read was read just before.
    ...(contextCount >= 10_000 && { goal: COLD_GOAL })
  }
}

function listRow(node: HcfsNode, raw: RawStore): BenchmarkRow {
  return {
    name: 'list 1,000 children, entries',
    operations: CHILDREN,
    run: () => countOf(node.contexts.list(CHILDREN_FOLDER)),
    floor: { name: 'raw scan of their rows', operations: CHILDREN, run: () => rawChildren(raw) }
  }
}

async function rawChildren(raw: RawStore): Promise<number> {
  const { gte, lt } = keys.contextRange(parsePath(CHILDREN_FOLDER))
  const rows = await raw.iterator({ gte, lt, highWaterMarkBytes: 256 * 1_024 }).all()
  return rows.length
}

function strider(contextCount: number): () => string {
  let index = 0
  return () => {
    index = (index + STRIDE) % contextCount
    return samplePath(index)
  }
}

async function countOf(entries: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of entries) count += 1
  return count
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let count = 0; count < times; count += 1) await work()
}
