import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { SearchMode } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import { loadHnswLibrary } from '@hcfs/vector'
import { loopDelayOf, millisecondsOf } from './loop-delay.ts'
import { benchFolder } from './raw-store.ts'
import { findable, putTexts, searchCorpus } from './search-corpus.ts'
import type { SearchFloor } from './search-floor.ts'
import { openSearchFloor } from './search-floor.ts'
import type { BenchmarkRow, Figure, OpenSuite, Suite, Workload } from './suite.ts'
import { runWriters } from './writers.ts'

const QUERIES = 500
const CALLERS = 8
const QUERIES_EACH = 8
const LATENCY_QUERIES = 200
const LATENCY_PUTS = 40
const RECALL_QUERIES = 100
const NEAREST = 10
/** More than ten, because boosts order hits anew; as many as are found with the same walk. */
const RECALL_LIMIT = 16
const DELAY_QUERIES = 400
const IMPORTED_TEXTS = 1_024
const POLL_MS = 20
const TEXTS_FOLDER = '/texts'

/** Searching a node on disk, beside the libraries that it stands on. */
export const searchSuite: Suite = {
  name: 'search',
  unit: 'chunks',
  sizes: [1_000, 10_000, 100_000],
  open: openSearchSuite
}

/** What the suite asks, and whom. */
interface Surroundings {
  readonly node: HcfsNode
  readonly floor: SearchFloor
  readonly queries: readonly string[]
  readonly buildMs: number
  readonly importTexts: readonly string[]
}

async function openSearchSuite(chunkCount: number): Promise<OpenSuite> {
  const library = await loadHnswLibrary()
  if (library === undefined) throw new Error('hnswlib-node is not built on this machine: nothing to compare with')
  const folder = await benchFolder()
  const { texts: all, queries } = searchCorpus(chunkCount + IMPORTED_TEXTS, QUERIES)
  const texts = all.slice(0, chunkCount)
  const directory = join(folder.path, 'node')
  // Saved for the first time when the graph is complete, which is how we see it.
  const node = await openNode({ dir: directory, limits: { vectorSaveChangesMin: chunkCount } })
  const buildMs = await millisecondsOf(async () => {
    await putTexts(node, texts, TEXTS_FOLDER)
    while (!existsSync(join(directory, 'index', 'vectors', 'snapshot'))) await pause(POLL_MS)
  })
  const floor = await openSearchFloor({ texts, queries, library })
  const around = { node, floor, queries, buildMs, importTexts: all.slice(chunkCount) }
  return {
    rows: searchRows(around),
    figures: [...queryFigures(around), ...writeFigures(around)],
    close: async () => {
      await node.close()
      floor.close()
      await folder.remove()
    }
  }
}

function searchRows({ node, floor, queries }: Surroundings): BenchmarkRow[] {
  const raw = (name: string, ask: (query: number) => unknown): Workload => {
    const next = counter(queries.length)
    const operations = CALLERS * QUERIES_EACH
    const run = (): void => {
      for (let count = 0; count < operations; count += 1) ask(next())
    }
    return { name, operations, run }
  }
  const ours = (mode: SearchMode): Workload => {
    const next = counter(queries.length)
    const ask = () => node.search({ text: queries[next()] ?? '', mode })
    return {
      name: `${mode}, ${CALLERS} callers`,
      operations: CALLERS * QUERIES_EACH,
      run: () => runWriters({ writers: CALLERS, writesEach: QUERIES_EACH }, ask)
    }
  }
  const both = (query: number): void => {
    floor.vector(query)
    floor.text(query)
  }
  return [
    { ...ours('vector'), floor: raw('raw hnswlib', floor.vector), goal: 0.8 },
    { ...ours('text'), floor: raw('raw FTS5', floor.text), goal: 0.7 },
    { ...ours('hybrid'), floor: raw('the two in series', both), goal: 0.7 }
  ]
}

function queryFigures({ node, floor, queries }: Surroundings): Figure[] {
  const latency = (mode: SearchMode): Figure => ({
    name: `one ${mode} search, p95`,
    unit: 'ms',
    take: () => percentile95(LATENCY_QUERIES, (index) => node.search({ text: queries[index] ?? '', mode })),
    goal: 10
  })
  return [
    latency('vector'),
    latency('text'),
    latency('hybrid'),
    { name: 'of the ten nearest not found', unit: '%', take: () => missedShare({ node, floor, queries }), goal: 5 }
  ]
}

function writeFigures({ node, floor, queries, buildMs, importTexts }: Surroundings): Figure[] {
  const nextFolder = counter(Number.MAX_SAFE_INTEGER)
  const importing = () => putTexts(node, importTexts, `/import-${nextFolder()}`)
  const putAndFind = () => percentile95(LATENCY_PUTS, () => findable(node))
  return [
    {
      name: 'index all chunks',
      unit: 'ms',
      take: () => buildMs,
      floor: { name: 'graph and FTS5, one after the other', take: () => floor.buildMs }
    },
    { name: 'from a put to its find, p95', unit: 'ms', take: putAndFind, goal: 250 },
    {
      name: 'from a put to its find while importing, p95',
      unit: 'ms',
      take: async () => (await Promise.all([percentile95(LATENCY_PUTS / 4, () => findable(node)), importing()]))[0],
      goal: 1_000
    },
    {
      name: 'event loop delay of searching while importing, p99',
      unit: 'ms',
      take: () => loopDelayOf(() => Promise.all([importing(), askAll(node, queries)])),
      goal: 20
    }
  ]
}

async function askAll(node: HcfsNode, queries: readonly string[]): Promise<void> {
  const next = counter(queries.length)
  const ask = () => node.search({ text: queries[next()] ?? '' })
  await runWriters({ writers: CALLERS, writesEach: DELAY_QUERIES / CALLERS }, ask)
}

async function percentile95(count: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) times.push(await millisecondsOf(() => work(index)))
  return times.toSorted((a, b) => a - b)[Math.floor(count * 0.95)] ?? Number.NaN
}

/** Of the index of vectors alone. */
async function missedShare({
  node,
  floor,
  queries
}: Pick<Surroundings, 'node' | 'floor' | 'queries'>): Promise<number> {
  let missed = 0
  for (let query = 0; query < RECALL_QUERIES; query += 1) {
    const { hits } = await node.search({ text: queries[query] ?? '', mode: 'vector', limit: RECALL_LIMIT })
    // What was imported meanwhile is none of the texts that the floor knows.
    const own = hits.filter(({ path, parts }) => path.startsWith(TEXTS_FOLDER) && parts.vectorRank !== undefined)
    const byRank = own.toSorted((a, b) => (a.parts.vectorRank ?? 0) - (b.parts.vectorRank ?? 0))
    const first = new Set(byRank.slice(0, NEAREST).map(({ path }): string => path))
    missed += floor.nearest(query).filter((text) => !first.has(`${TEXTS_FOLDER}/text-${text}`)).length
  }
  return (100 * missed) / (RECALL_QUERIES * NEAREST)
}

function counter(end: number): () => number {
  let next = -1
  return () => {
    next = (next + 1) % end
    return next
  }
}
