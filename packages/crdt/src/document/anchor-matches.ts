/** Positions of the same token on both sides, ascending on both. */
export type Match = readonly [before: number, after: number]

/**
 * Matches tokens of two lists without looking for the best way: tokens that
 * stand once on each side hold, as many as are in the same order, and equal
 * neighbours join them. Takes n log n steps however different the lists are.
 */
export function anchorMatches(before: readonly string[], after: readonly string[]): Match[] {
  const anchors = longestAscending(uniquePairs(before, after))
  const matches: Match[] = []
  let previous: Match = [-1, -1]
  for (const anchor of [...anchors, [before.length, after.length] as const]) {
    const forward = extension(before, after, { from: previous, to: anchor, step: 1 })
    const last: Match = forward.at(-1) ?? previous
    const backward = extension(before, after, { from: anchor, to: last, step: -1 }).reverse()
    matches.push(...forward, ...backward)
    if (anchor[0] < before.length) matches.push(anchor)
    previous = anchor
  }
  return matches
}

/** In the order of `before`. */
function uniquePairs(before: readonly string[], after: readonly string[]): Match[] {
  const positions = uniquePositions(after)
  const pairs: Match[] = []
  for (const [token, position] of uniquePositions(before)) {
    const other = positions.get(token)
    if (position !== undefined && other !== undefined) pairs.push([position, other])
  }
  return pairs
}

/** The position of every token; `undefined` for those that stand at several. */
function uniquePositions(tokens: readonly string[]): Map<string, number | undefined> {
  const positions = new Map<string, number | undefined>()
  for (const [position, token] of tokens.entries()) positions.set(token, positions.has(token) ? undefined : position)
  return positions
}

/** The longest choice of pairs that ascends on both sides; they come ascending on the first. */
function longestAscending(pairs: readonly Match[]): Match[] {
  // ends[n] is the pair with the least second position that ends an ascending choice of n + 1 pairs.
  const ends: number[] = []
  const previous: (number | undefined)[] = []
  for (const [index, pair] of pairs.entries()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[ends[middle]!]![1] < pair[1]) low = middle + 1
      else high = middle
    }
    previous.push(ends[low - 1])
    ends[low] = index
  }
  const chosen: Match[] = []
  for (let index = ends.at(-1); index !== undefined; index = previous[index]) chosen.push(pairs[index]!)
  return chosen.reverse()
}

interface Extent {
  readonly from: Match
  /** Never reached. */
  readonly to: Match
  readonly step: 1 | -1
}

function extension(before: readonly string[], after: readonly string[], { from, to, step }: Extent): Match[] {
  const matches: Match[] = []
  let left = from[0] + step
  let right = from[1] + step
  while (left * step < to[0] * step && right * step < to[1] * step && before[left] === after[right]) {
    matches.push([left, right])
    left += step
    right += step
  }
  return matches
}
