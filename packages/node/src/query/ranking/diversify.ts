/** What is known of a hit when hits are compared with each other. */
export interface Comparable {
  readonly score: number
  /** The distinct words of the hit. */
  readonly words: ReadonlySet<string>
}

/**
 * Maximal marginal relevance: takes the best hit, then again and again the one
 * that is good and says something else than those taken. `diversity` 0 leaves
 * the order as it is; 1 looks at the difference alone.
 */
export function diversify<Hit extends Comparable>(hits: readonly Hit[], diversity: number): Hit[] {
  if (diversity === 0) return [...hits]
  const best = Math.max(...hits.map(({ score }) => score), Number.MIN_VALUE)
  const left = hits.map((hit) => ({ hit, alike: 0 }))
  const taken: Hit[] = []
  while (left.length > 0) {
    let next = 0
    let nextValue = Number.NEGATIVE_INFINITY
    for (const [index, { hit, alike }] of left.entries()) {
      const value = (1 - diversity) * (hit.score / best) - diversity * alike
      if (value > nextValue) [next, nextValue] = [index, value]
    }
    const [chosen] = left.splice(next, 1)
    if (chosen === undefined) break
    taken.push(chosen.hit)
    for (const other of left) other.alike = Math.max(other.alike, likeness(other.hit.words, chosen.hit.words))
  }
  return taken
}

/** The share of words that two hits have in common. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const word of a) if (b.has(word)) shared += 1
  return shared === 0 ? 0 : shared / (a.size + b.size - shared)
}
