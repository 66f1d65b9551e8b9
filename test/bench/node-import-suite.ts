import { join } from 'node:path'
import { openNode } from '@hcfs/node'
import { loopDelayOf, millisecondsOf } from './loop-delay.ts'
import type { RawRecord } from './node-records.ts'
import { nodeRecords } from './node-records.ts'
import { benchFolder, openRawStore } from './raw-store.ts'
import { putAll } from './sample-node.ts'
import type { OpenSuite, Suite } from './suite.ts'

const PUTS_PER_GROUP = 256
const LOOP_DELAY_GOAL_MS = 20

/** Many puts in one call, each of a new context of 1 KB: what an import does. */
export const nodeImportSuite: Suite = {
  name: 'node-import',
  unit: 'puts in one call',
  sizes: [1_000, 10_000],
  open: openNodeImportSuite
}

async function openNodeImportSuite(putCount: number): Promise<OpenSuite> {
  const folder = await benchFolder()
  const nextRecords = await nodeRecords(Math.min(putCount, PUTS_PER_GROUP))
  const raw = await openRawStore(join(folder.path, 'raw'))
  const node = await openNode({ dir: join(folder.path, 'node') })
  let calls = 0
  const importNew = (): Promise<void> => {
    calls += 1
    const paths = Array.from({ length: putCount }, (_, index) => `/import-${calls}/file-${index}`)
    return putAll(node, paths)
  }
  const rawImport = async (): Promise<void> => {
    for (const batch of rawBatches(nextRecords, putCount)) await raw.batch(batch, { sync: true })
  }
  return {
    rows: [],
    figures: [
      {
        name: `import of ${putCount.toLocaleString('en')}`,
        unit: 'ms',
        take: () => millisecondsOf(importNew),
        floor: { name: 'the same records in raw synced batches', take: () => millisecondsOf(rawImport) }
      },
      {
        name: 'event loop delay meanwhile, p99',
        unit: 'ms',
        take: () => loopDelayOf(importNew),
        floor: { name: 'of the raw batches, p99', take: () => loopDelayOf(rawImport) },
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

function* rawBatches(nextRecords: () => RawRecord[], putCount: number): Generator<RawRecord[]> {
  for (let put = 0; put < putCount; put += PUTS_PER_GROUP) yield nextRecords()
}
