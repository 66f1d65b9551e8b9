import type { Reranker } from '../indexing/reranking/reranker.ts'
import type { RankedHit } from './query-service.ts'

export interface RerankedQuestion {
  readonly question: string
  /** So many of the best are read; the others follow as they were. */
  readonly textsMax: number
  readonly signal: AbortSignal
}

/** The best hits in the order of a re-ranker; equal scores stay as they were. */
export async function rerankedHits(
  reranker: Reranker,
  hits: readonly RankedHit[],
  { question, textsMax, signal }: RerankedQuestion
): Promise<readonly RankedHit[]> {
  const read = hits.slice(0, textsMax)
  if (read.length === 0) return hits
  const texts = read.map(({ text = '', title }) => (title === undefined ? text : `${title}\n${text}`))
  const scores = await reranker.scores(question, texts, { signal })
  const judged = read.map((hit, index) => ({ ...hit, parts: { ...hit.parts, reranked: scores[index] ?? 0 } }))
  judged.sort((a, b) => b.parts.reranked - a.parts.reranked)
  return [...judged, ...hits.slice(textsMax)]
}
