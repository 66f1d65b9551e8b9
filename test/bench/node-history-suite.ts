import { join } from 'node:path'
import type { Version } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import * as Y from 'yjs'
import { loopDelayOf, millisecondsOf } from './loop-delay.ts'
import { benchFolder } from './raw-store.ts'
import { createPlain, emptyPlain, readPlain, sampleBody } from './sample-context.ts'
import type { OpenSuite, Suite } from './suite.ts'

const PATH = '/projects/apollo/log'
const PAGE_ENTRIES = 100
const BODY_BYTES = 1_024
const PAGE_GOAL_MS = 5
const VERSION_GOAL_MS = 50
const LOOP_DELAY_GOAL_MS = 20
/** Versions at these parts of the history. */
const SHARES = [0.1, 0.37, 0.5, 0.83, 0.99]

/** One context that was edited very often: its history, and how it was. */
export const nodeHistorySuite: Suite = {
  name: 'node-history',
  unit: 'versions',
  sizes: [500, 10_000],
  open: openNodeHistorySuite
}

async function openNodeHistorySuite(versionCount: number): Promise<OpenSuite> {
  const folder = await benchFolder()
  const node = await openNode({ dir: join(folder.path, 'node'), durability: 'buffered' })
  const versions = await writeVersions(node, versionCount)
  const chosen = SHARES.map((share) => versions[Math.floor(share * versions.length)]!)
  const readVersions = async (): Promise<void> => {
    for (const at of chosen) await node.contexts.get(PATH, { at })
  }
  return {
    rows: [],
    figures: [
      {
        name: `the first ${PAGE_ENTRIES} entries of the history`,
        unit: 'ms',
        take: () => millisecondsOf(() => firstPage(node)),
        goal: PAGE_GOAL_MS
      },
      {
        name: 'an old version',
        unit: 'ms',
        take: async () => (await millisecondsOf(readVersions)) / chosen.length,
        floor: plainFloor(versionCount),
        goal: VERSION_GOAL_MS
      },
      {
        name: 'event loop delay of old versions, p99',
        unit: 'ms',
        take: () => loopDelayOf(readVersions),
        goal: LOOP_DELAY_GOAL_MS
      }
    ],
    close: async () => {
      await node.close()
      await folder.remove()
    }
  }
}

/** Loading a document with half the history in plain Yjs, from one update that holds it whole. */
function plainFloor(versionCount: number) {
  const plain = createPlain(sampleBody(BODY_BYTES))
  for (let index = 0; index < versionCount / 2; index += 1) plain.getText('body').insert(placeOf(index), wordOf(index))
  const state = Y.encodeStateAsUpdateV2(plain)
  return {
    name: 'load and read such a document in plain Yjs',
    take: () =>
      millisecondsOf(async () => {
        const document = emptyPlain()
        Y.applyUpdateV2(document, state)
        readPlain(document)
      })
  }
}

async function writeVersions(node: HcfsNode, versionCount: number): Promise<Version[]> {
  const first = await node.contexts.put(PATH, { body: sampleBody(BODY_BYTES) })
  const versions = [first.version]
  for (let index = 1; index < versionCount; index += 1) {
    const { version } = await node.contexts.edit(PATH, ({ body }) => body.insert(placeOf(index), wordOf(index)))
    versions.push(version)
  }
  return versions
}

function placeOf(index: number): number {
  return (index * 7) % BODY_BYTES
}

function wordOf(index: number): string {
  return `${index} `
}

async function firstPage(node: HcfsNode): Promise<number> {
  let count = 0
  for await (const _ of node.contexts.history(PATH, { limit: PAGE_ENTRIES })) count += 1
  return count
}
