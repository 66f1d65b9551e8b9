import { writeSync } from 'node:fs'
import { SeededRandom } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import type { Ack } from './acknowledged.ts'

/*
 * A process that writes as fast as it can until it is killed. What was
 * acknowledged goes to stdout at once, so that whoever killed it knows.
 */

const [dir = '', seed = '0', run = '0'] = process.argv.slice(2)
const WRITERS = 4
const BATCH_PATHS = 5
/** More than one commit of a removal. */
const FOREST_PATHS = 300
/** More than one commit of a move, which has two entries for each context. */
const ORCHARD_PATHS = 150
const random = new SeededRandom(Number(seed))
const node = await openNode({ dir })

say('ready')
await Promise.all([
  ...Array.from({ length: WRITERS }, (_, index) => append(index)),
  ...[0, 1].map(change),
  batch(),
  forest(),
  orchard()
])

function say(message: Ack | 'ready'): void {
  const line = `${JSON.stringify(message)}\n`
  while (!isWritten(line));
}

/** False when the reader is behind and the pipe is full: what was acknowledged waits for it. */
function isWritten(line: string): boolean {
  try {
    writeSync(1, line)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false
    throw error
  }
}

/** One context a writer, to which it adds line after line. */
async function append(writer: number): Promise<never> {
  const path = `/lines/${writer}`
  let line = await lineCount(node, path)
  for (;;) {
    const text = `${line}\n`
    const { commit } =
      line === 0
        ? await node.contexts.put(path, { body: text })
        : await node.contexts.edit(path, (draft) => draft.body.append(text))
    say({ kind: 'line', path, line, commit: commit ?? '' })
    line += 1
  }
}

/** Everything else that can happen to a context. */
async function change(writer: number): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    const path = `/changed/${run}-${writer}-${turn}`
    const put = await node.contexts.put(path, { body: path, fields: { turn }, tags: ['busy'] })
    say({ kind: 'commit', path, commit: put.commit ?? '' })
    const pick = random.below(4)
    if (pick === 0) {
      const { commit } = await node.contexts.remove(path)
      say({ kind: 'commit', path, commit: commit ?? '' })
      say({ kind: 'gone', path })
    } else if (pick === 1) {
      const { commit } = await node.contexts.move(path, `/moved${path}`)
      say({ kind: 'commit', path: `/moved${path}`, commit: commit ?? '' })
      say({ kind: 'gone', path })
    } else if (pick === 2) {
      const { commit } = await node.contexts.edit('/lines/0', (draft) => draft.fields.set(`by-${writer}`, turn))
      say({ kind: 'commit', path: '/lines/0', commit: commit ?? '' })
    }
  }
}

async function batch(): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    const folder = `/batches/${run}-${turn}`
    const paths = Array.from({ length: BATCH_PATHS }, (_, index) => `${folder}/${index}`)
    await node.contexts.batch(paths.map((path) => ({ put: { path, body: folder } })))
    say({ kind: 'batch', folder, count: BATCH_PATHS })
  }
}

/** Planted at once, and felled in more than one step. */
async function forest(): Promise<void> {
  const folder = `/forest/${run}`
  await plant(folder, FOREST_PATHS)
  say({ kind: 'felling', folder, count: FOREST_PATHS })
  await node.contexts.remove(folder, { recursive: true })
  say({ kind: 'gone', path: `${folder}/0` })
}

/** Planted at once, and moved in more than one step. */
async function orchard(): Promise<void> {
  const from = `/nursery/${run}`
  const to = `/orchard/${run}`
  await plant(from, ORCHARD_PATHS)
  say({ kind: 'moving', from, to, count: ORCHARD_PATHS })
  await node.contexts.move(from, to, { recursive: true })
  say({ kind: 'gone', path: `${from}/0` })
}

async function plant(folder: string, count: number): Promise<void> {
  const paths = Array.from({ length: count }, (_, index) => `${folder}/${index}`)
  await node.contexts.batch(
    paths.map((path) => ({ put: { path, body: path } })),
    { atomic: false }
  )
}

async function lineCount({ contexts }: HcfsNode, path: string): Promise<number> {
  const { body } = await contexts.get(path).catch(() => ({ body: '' }))
  return body.split('\n').length - 1
}
