import type { BatchItem, SearchMode } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import type { Collection, EvalQuery } from './collection.ts'
import type { RankingMetrics } from './ranking-metrics.ts'
import { meanMetrics, rankingMetrics } from './ranking-metrics.ts'

export const MODES = ['text', 'vector', 'hybrid'] as const satisfies readonly SearchMode[]

export interface QueryResult {
  readonly id: string
  readonly metrics: RankingMetrics
  /** The first ten, best first. */
  readonly first: readonly string[]
}

export interface ModeResult {
  readonly mode: SearchMode
  readonly mean: RankingMetrics
  readonly queries: readonly QueryResult[]
}

export interface CollectionResult {
  readonly name: string
  readonly documents: number
  readonly queries: number
  readonly modes: readonly ModeResult[]
}

const PUTS_PER_BATCH = 512
/** As many as a search gives. */
const LIMIT = 100
const INDEXING_MS_MAX = 300_000

/** Puts a collection into a node of its own and asks it every query in every mode. */
export async function evaluate(collection: Collection): Promise<CollectionResult> {
  const node = await openNode({ memory: true })
  try {
    await fill(node, collection)
    const modes: ModeResult[] = []
    for (const mode of MODES) modes.push(await evaluateMode(node, mode, collection.queries))
    const { name, documents, queries } = collection
    return { name, documents: documents.length, queries: queries.length, modes }
  } finally {
    await node.close()
  }
}

async function fill(node: HcfsNode, { documents }: Collection): Promise<void> {
  for (let first = 0; first < documents.length; first += PUTS_PER_BATCH) {
    const items = documents.slice(first, first + PUTS_PER_BATCH).map((put): BatchItem => ({ put }))
    const { items: results } = await node.contexts.batch(items, { atomic: false })
    const failed = results.find((result) => 'error' in result)
    if (failed !== undefined) throw new Error(`A document could not be put: ${JSON.stringify(failed)}`)
  }
  const { token } = await node.contexts.put('/last', { body: '' })
  await node.search({ text: 'x', after: token, timeoutMs: INDEXING_MS_MAX })
}

async function evaluateMode(node: HcfsNode, mode: SearchMode, queries: readonly EvalQuery[]): Promise<ModeResult> {
  const results: QueryResult[] = []
  for (const { id, text, grades } of queries) {
    const { hits } = await node.search({ text, literal: true, mode, limit: LIMIT })
    const paths = hits.map(({ path }) => path)
    results.push({ id, metrics: rankingMetrics(paths, grades), first: paths.slice(0, 10) })
  }
  return { mode, mean: meanMetrics(results.map(({ metrics }) => metrics)), queries: results }
}
