export interface ConfidenceParts {
  /** The share of the words of the query that stand in the chunk, its title, headings and tags. */
  readonly wordShare: number
  /** Of query and chunk; absent where the vectors did not find it. */
  readonly cosine?: number
  /** What unrelated texts reach with this embedder. */
  readonly unrelatedCosine: number
}

/**
 * How far a hit answers the query, 0 to 1: the larger of two shares. By words, how
 * many of the query's are there. By meaning, how far the cosine stands above what
 * unrelated texts reach, towards that of equal ones. It is no probability, and
 * comparable between queries only roughly.
 */
export function confidenceOf({ wordShare, cosine, unrelatedCosine }: ConfidenceParts): number {
  const meaning = cosine === undefined ? 0 : (cosine - unrelatedCosine) / (1 - unrelatedCosine)
  return Math.min(1, Math.max(wordShare, meaning))
}
