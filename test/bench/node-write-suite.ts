import { join } from 'node:path'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import { loopDelayOf } from './loop-delay.ts'
import { nodeRecords } from './node-records.ts'
import { benchFolder, openRawStore, RawGroupCommit } from './raw-store.ts'
import { sampleBody } from './sample-context.ts'
import { SAMPLE_PARTS, samplePath } from './sample-node.ts'
import type { OpenSuite, Suite, Workload } from './suite.ts'
import { runWriters } from './writers.ts'

const RAW_VALUE = sampleBody(1_024)
const MANY_WRITERS = 64
/** In one run; enough that the groups of many writers overlap. */
const WRITES_EACH = 4
/** By the number of writers. */
const GOALS = new Map([
  [1, { grouped: { goal: 0.5 }, batched: {} }],
  [MANY_WRITERS, { grouped: { goal: 0.25 }, batched: { goal: 0.65 } }]
])
const LOOP_DELAY_GOAL_MS = 20
/** Enough work for a percentile of the delay. */
const LOOP_DELAY_WRITES = 1_024

/**
 * Durable puts of new contexts of 1 KB through a node, by many writers at once. The index follows the
 * writes in other threads, so what it takes from them is a row of its own.
 */
export const nodeWriteSuite: Suite = {
  name: 'node-write',
  unit: 'writers',
  sizes: [1, MANY_WRITERS],
  open: openNodeWriteSuite
}

async function openNodeWriteSuite(writers: number): Promise<OpenSuite> {
  const folder = await benchFolder()
  const nextRecords = await nodeRecords(writers)
  const raw = await openRawStore(join(folder.path, 'raw'))
  const node = await openNode({ dir: join(folder.path, 'node'), search: false })
  const searched = await openNode({ dir: join(folder.path, 'searched') })
  const rawCommits = new RawGroupCommit(raw)
  const nextIndex = counter()
  const putInto = (target: HcfsNode) => () => target.contexts.put(samplePath(nextIndex()), SAMPLE_PARTS)
  const put = putInto(node)
  const rawPut = () => rawCommits.put(`raw/${String(nextIndex()).padStart(12, '0')}`, RAW_VALUE)
  const workload = (name: string, write: () => Promise<unknown>): Workload => ({
    name,
    operations: writers * WRITES_EACH,
    run: () => runWriters({ writers, writesEach: WRITES_EACH }, write)
  })
  const puts = workload('put', put)
  const indexedPuts = workload('put, while it is indexed', putInto(searched))
  const batched: Workload = {
    name: 'raw synced batch of the same records',
    operations: writers,
    run: () => raw.batch(nextRecords(), { sync: true })
  }
  const grouped = workload(writers === 1 ? 'raw synced put' : 'raw group commit', rawPut)
  const writesEach = Math.ceil(LOOP_DELAY_WRITES / writers)
  return {
    rows: [
      { ...puts, name: 'put, beside one record each', floor: grouped, ...GOALS.get(writers)?.grouped },
      { ...puts, name: 'put, beside the same records', floor: batched, ...GOALS.get(writers)?.batched },
      { ...indexedPuts, floor: grouped }
    ],
    figures: [
      {
        name: 'event loop delay of puts, p99',
        unit: 'ms',
        take: () => loopDelayOf(() => runWriters({ writers, writesEach }, put)),
        floor: {
          name: 'of raw puts, p99',
          take: () => loopDelayOf(() => runWriters({ writers, writesEach }, rawPut))
        },
        goal: LOOP_DELAY_GOAL_MS
      }
    ],
    close: async () => {
      await node.close()
      await searched.close()
      await raw.close()
      await folder.remove()
    }
  }
}

function counter(): () => number {
  let count = 0
  return () => {
    count += 1
    return count
  }
}
