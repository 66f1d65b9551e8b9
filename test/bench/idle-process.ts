import { readFileSync } from 'node:fs'
import { openNode } from '@hcfs/node'
import { openRawStore } from './raw-store.ts'
import { SAMPLE_PARTS, storeFolderOf, untilIndexed } from './sample-node.ts'

/** What a process tells about itself. */
export interface IdleReport {
  /** From the beginning of the process. */
  readonly usableMs: number
  readonly rssMb: number
  /** Resident memory that is no file. After reading everything, where that was asked for. */
  readonly anonymousMb: number
}

const KB_PER_MB = 1_024

/*
 * The process whose memory `node-idle` measures: `idle-process.ts MODE DIRECTORY`.
 * `raw` opens the LevelDB alone, `node` a node without vectors, `vectors` one with
 * them, `reader` reads every context too. The index is there, and up to date.
 */
const [mode, directory] = process.argv.slice(2)
if (directory === undefined) throw new Error('Say what to open, and where')

const opened = mode === 'raw' ? await openRaw(directory) : await openAndUse(directory, mode)
const report: IdleReport = { usableMs: opened.usableMs, ...memory() }
process.stdout.write(`${JSON.stringify(report)}\n`)
await opened.close()

async function openRaw(path: string) {
  const raw = await openRawStore(storeFolderOf(path))
  return { usableMs: performance.now(), close: () => raw.close() }
}

async function openAndUse(path: string, used: string | undefined) {
  const node = await openNode({ dir: path, search: { vectors: used === 'vectors' } })
  await node.contexts.put('/idle', SAMPLE_PARTS)
  await node.contexts.get('/idle')
  const usableMs = performance.now()
  await untilIndexed(node)
  if (used === 'reader') {
    for await (const { path } of node.contexts.list('/', { recursive: true })) await node.contexts.get(path)
  }
  return { usableMs, close: () => node.close() }
}

function memory(): Omit<IdleReport, 'usableMs'> {
  const status = readFileSync('/proc/self/status', 'utf8')
  return { rssMb: megabytes(status, 'VmRSS'), anonymousMb: megabytes(status, 'RssAnon') }
}

function megabytes(status: string, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  return Number(kilobytes) / KB_PER_MB
}
