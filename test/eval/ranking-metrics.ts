/** What is relevant to a query, and how much: 0 and less is not. */
export type Grades = ReadonlyMap<string, number>

export interface RankingMetrics {
  readonly ndcg10: number
  /** Over everything that was returned, so 0 for what was not. */
  readonly averagePrecision: number
  readonly recall10: number
  readonly recall100: number
}

export const METRIC_NAMES = ['ndcg10', 'averagePrecision', 'recall10', 'recall100'] as const

/** How well one ranking answers one query, each from 0 to 1. The ranking names everything at most once, best first. */
export function rankingMetrics(ranking: readonly string[], grades: Grades): RankingMetrics {
  return {
    ndcg10: ndcg(ranking, grades, 10),
    averagePrecision: averagePrecision(ranking, grades),
    recall10: recall(ranking, grades, 10),
    recall100: recall(ranking, grades, 100)
  }
}

/** Every query counts alike. */
export function meanMetrics(all: readonly RankingMetrics[]): RankingMetrics {
  const mean = (name: keyof RankingMetrics): number =>
    all.reduce((sum, metrics) => sum + metrics[name], 0) / Math.max(1, all.length)
  return {
    ndcg10: mean('ndcg10'),
    averagePrecision: mean('averagePrecision'),
    recall10: mean('recall10'),
    recall100: mean('recall100')
  }
}

/** The gain is the grade itself, as trec_eval has it. */
function ndcg(ranking: readonly string[], grades: Grades, depth: number): number {
  const best = [...grades.values()].filter((grade) => grade > 0).sort((a, b) => b - a)
  const ideal = discounted(best.slice(0, depth))
  return ideal === 0 ? 0 : discounted(ranking.slice(0, depth).map((id) => Math.max(0, grades.get(id) ?? 0))) / ideal
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0)
}

function averagePrecision(ranking: readonly string[], grades: Grades): number {
  let found = 0
  let sum = 0
  for (const [index, id] of ranking.entries()) {
    if (!isRelevant(id, grades)) continue
    found += 1
    sum += found / (index + 1)
  }
  return sum / Math.max(1, relevantCount(grades))
}

function recall(ranking: readonly string[], grades: Grades, depth: number): number {
  const found = ranking.slice(0, depth).filter((id) => isRelevant(id, grades)).length
  return found / Math.max(1, relevantCount(grades))
}

function isRelevant(id: string, grades: Grades): boolean {
  return (grades.get(id) ?? 0) > 0
}

function relevantCount(grades: Grades): number {
  return [...grades.values()].filter((grade) => grade > 0).length
}
