import type { DocId } from '@hcfs/core'

/** A chunk that an index found. */
export interface Candidate {
  /** Names the chunk in the index that found it. */
  readonly label: number
  readonly docId: DocId
  readonly score: number
}

export interface RankedList {
  readonly index: 'text' | 'vector'
  readonly weight: number
  /** The score that says nothing. @default 0 */
  readonly floor?: number
  /** Best first, all above the floor; all at 0 when the order is all there is. */
  readonly candidates: readonly Candidate[]
}

/** Where a context stands in one list, by its best chunk there. */
export interface Standing {
  /** 1 is the best. Contexts are counted, not their chunks. */
  readonly rank: number
  readonly score: number
  readonly label: number
}

export interface FusedContext {
  readonly docId: DocId
  /** The chunk that speaks for the context: the one that the heaviest list of those that found it ranks best. */
  readonly label: number
  /** 1 when the context is the first of every list. */
  readonly score: number
  readonly text?: Standing
  readonly vector?: Standing
}

/** Small: a first place in one list counts much more than a tenth place in two. */
const RANK_OFFSET = 20

/**
 * Adds up, for each context, how near it comes to the best of each list: half by its
 * rank there (reciprocal rank fusion), half by its score between the floor and the
 * best. Scores tell a list that knows from one that guesses, whose scores are about
 * alike; ranks keep what was found when scores say nothing, as those of words that
 * stand in most of a small index.
 *
 * The order never depends on which list came first.
 */
export function fuseLists(lists: readonly RankedList[]): FusedContext[] {
  const weightSum = lists.reduce((sum, { weight }) => sum + weight, 0)
  const fused = new Map<DocId, Fusing>()
  for (const list of byWeight(lists)) {
    const { index, weight, candidates } = list
    for (const [docId, standing] of standingsOf(candidates)) {
      const share = (weight / weightSum) * nearness(standing, list)
      const one = fused.get(docId)
      if (one === undefined) fused.set(docId, { docId, label: standing.label, score: share, [index]: standing })
      else {
        one.score += share
        one[index] = betterOf(one[index], standing)
      }
    }
  }
  return [...fused.values()].sort(byScoreThenContext)
}

/** A context while lists are added to it. */
type Fusing = { -readonly [Key in keyof FusedContext]: FusedContext[Key] }

function nearness({ score, rank }: Standing, { floor = 0, candidates }: RankedList): number {
  const byRank = (RANK_OFFSET + 1) / (RANK_OFFSET + rank)
  const range = (candidates[0]?.score ?? floor) - floor
  return range > 0 ? (byRank + (score - floor) / range) / 2 : byRank
}

/** Better scores first; equal ones in an order that every node finds alike. */
function byScoreThenContext(a: FusedContext, b: FusedContext): number {
  if (a.score !== b.score) return b.score - a.score
  return a.docId < b.docId ? -1 : 1
}

function byWeight(lists: readonly RankedList[]): RankedList[] {
  return lists.toSorted((a, b) => b.weight - a.weight || (a.index < b.index ? -1 : 1))
}

function standingsOf(candidates: readonly Candidate[]): Map<DocId, Standing> {
  const standings = new Map<DocId, Standing>()
  for (const { docId, label, score } of candidates) {
    if (!standings.has(docId)) standings.set(docId, { rank: standings.size + 1, label, score })
  }
  return standings
}

/** Two models may both have found a context; the better rank is shown. */
function betterOf(before: Standing | undefined, now: Standing): Standing {
  return before !== undefined && before.rank <= now.rank ? before : now
}
