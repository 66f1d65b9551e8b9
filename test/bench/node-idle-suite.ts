import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openNode } from '@hcfs/node'
import type { IdleReport } from './idle-process.ts'
import { benchFolder } from './raw-store.ts'
import { fillNode, storeFolderOf, untilIndexed } from './sample-node.ts'
import type { OpenSuite, Suite } from './suite.ts'

const PROGRAM = join(import.meta.dirname, 'idle-process.ts')
/** For a small process: young objects are cleared early, and the C library keeps few heaps. */
const NODE_FLAGS = ['--conditions=hcfs-source', '--max-semi-space-size=1']
const MALLOC_ARENA_MAX = '2'
const RSS_GOALS_MB: ReadonlyMap<number, number> = new Map([
  [10_000, 180],
  [100_000, 220]
])
const VECTORS_RSS_GOAL_MB = 600
const ANONYMOUS_GOAL_MB = 250
const USABLE_GOAL_MS = 1_000

/** A process of its own with a node that has nothing to do. Needs Linux, which tells a process its memory. */
export const nodeIdleSuite: Suite = {
  name: 'node-idle',
  unit: 'contexts',
  sizes: [1_000, 10_000, 100_000],
  open: openNodeIdleSuite
}

async function openNodeIdleSuite(contextCount: number): Promise<OpenSuite> {
  const folder = await benchFolder()
  const directory = join(folder.path, 'node')
  const node = await openNode({ dir: directory })
  await fillNode(node, contextCount)
  await untilIndexed(node)
  await node.close()
  const rawDirectory = join(folder.path, 'raw')
  await cp(storeFolderOf(directory), storeFolderOf(rawDirectory), { recursive: true })
  const rssGoal = RSS_GOALS_MB.get(contextCount)
  return {
    rows: [],
    figures: [
      {
        name: 'memory of an idle node that searches words',
        unit: 'MB',
        take: async () => (await runIdle('node', directory)).rssMb,
        floor: { name: 'of LevelDB alone', take: async () => (await runIdle('raw', rawDirectory)).rssMb },
        ...(rssGoal !== undefined && { goal: rssGoal })
      },
      {
        name: 'memory of an idle node that searches words and vectors',
        unit: 'MB',
        take: async () => (await runIdle('vectors', directory)).rssMb,
        goal: VECTORS_RSS_GOAL_MB
      },
      {
        name: 'anonymous memory after reading everything',
        unit: 'MB',
        take: async () => (await runIdle('reader', directory)).anonymousMb,
        goal: ANONYMOUS_GOAL_MB
      },
      {
        name: 'start of the process until a write and a read',
        unit: 'ms',
        take: async () => (await runIdle('node', directory)).usableMs,
        goal: USABLE_GOAL_MS
      }
    ],
    close: () => folder.remove()
  }
}

async function runIdle(mode: 'node' | 'vectors' | 'raw' | 'reader', directory: string): Promise<IdleReport> {
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_FLAGS, PROGRAM, mode, directory], {
    env: { ...process.env, MALLOC_ARENA_MAX }
  })
  return JSON.parse(stdout)
}
