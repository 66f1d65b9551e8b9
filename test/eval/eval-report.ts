import type { CollectionResult, ModeResult } from './evaluate.ts'
import type { RankingMetrics } from './ranking-metrics.ts'
import { METRIC_NAMES } from './ranking-metrics.ts'

const HEADER = ['', 'nDCG@10', 'MAP', 'R@10', 'R@100']
/** What hybrid may lose against the better of its parts: less than a rounding of one query. */
const HYBRID_LOSS_MAX = 0.005

/** A table for people: a block for each collection, a line for each mode. */
export function evalTable(results: readonly CollectionResult[]): string {
  return results
    .map(({ name, documents, queries, modes }) => {
      const lines = [HEADER, ...modes.map(({ mode, mean }) => [mode, ...cellsOf(mean)])]
      return [`${name}: ${documents} contexts, ${queries} queries`, ...lines.map(line), hybridLine(modes)].join('\n')
    })
    .join('\n\n')
}

/** One line for each query: what it reached in each mode, the worst of hybrid first. */
export function queryTable({ name, modes }: CollectionResult): string {
  const [first] = modes
  const ndcgOf = (id: string): number[] =>
    modes.map(({ queries }) => queries.find((query) => query.id === id)?.metrics.ndcg10 ?? 0)
  const rows = (first?.queries ?? []).map(({ id }) => ({ id, values: ndcgOf(id) }))
  rows.sort((a, b) => (a.values.at(-1) ?? 0) - (b.values.at(-1) ?? 0))
  const header = ['', ...modes.map(({ mode }) => mode)]
  const lines = rows.map(({ id, values }) => `${line(['', ...values.map(number)])}  ${id}`)
  return [`${name}, nDCG@10 by query`, line(header), ...lines].join('\n')
}

/** What hybrid gains over the better of its parts, by nDCG@10; undefined when one of the modes is missing. */
export function hybridGain(modes: readonly ModeResult[]): number | undefined {
  const [text, vector, hybrid] = (['text', 'vector', 'hybrid'] as const).map(
    (wanted) => modes.find(({ mode }) => mode === wanted)?.mean.ndcg10
  )
  if (text === undefined || vector === undefined || hybrid === undefined) return undefined
  return hybrid - Math.max(text, vector)
}

function hybridLine(modes: readonly ModeResult[]): string {
  const gain = hybridGain(modes)
  if (gain === undefined) return ''
  const goal = gain >= -HYBRID_LOSS_MAX ? 'met' : 'MISSED'
  return `  hybrid beside the better of its parts: ${gain < 0 ? '' : '+'}${gain.toFixed(3)} (at least -${HYBRID_LOSS_MAX}: ${goal})`
}

function cellsOf(metrics: RankingMetrics): string[] {
  return METRIC_NAMES.map((name) => number(metrics[name]))
}

function number(value: number): string {
  return value.toFixed(3)
}

function line([first = '', ...rest]: readonly string[]): string {
  return `  ${first.padEnd(8)}${rest.map((cell) => cell.padStart(9)).join('')}`
}
