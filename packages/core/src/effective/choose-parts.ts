import type { EffectivePart } from './effective-parts.ts'

/** What a text without these parts would take. */
export type TokensWith = (kept: readonly EffectivePart[], leftOut: readonly EffectivePart[]) => number

export interface ChosenParts {
  /** In the order of the context. */
  readonly kept: readonly EffectivePart[]
  /** The most important first. */
  readonly leftOut: readonly EffectivePart[]
}

/**
 * Takes the most important parts that fit together: those of contexts with a higher `meta.priority`
 * first, then those that were given nearest to the path. A part that does not fit is left out whole,
 * and smaller ones behind it may still be taken.
 */
export function chooseParts(
  parts: readonly EffectivePart[],
  { tokensMax, tokensWith }: { tokensMax: number; tokensWith: TokensWith }
): ChosenParts {
  const ranked = parts.toSorted((left, right) => right.priority - left.priority || right.depth - left.depth)
  for (let room = tokensMax; ; ) {
    const taken = fitting(ranked, room)
    const kept = parts.filter((part) => taken.has(part))
    const leftOut = ranked.filter((part) => !taken.has(part))
    // What surrounds the parts, and the note of what is missing, want room too.
    const excess = tokensWith(kept, leftOut) - tokensMax
    if (excess <= 0 || taken.size === 0) return { kept, leftOut }
    room -= excess
  }
}

function fitting(ranked: readonly EffectivePart[], room: number): ReadonlySet<EffectivePart> {
  const taken = new Set<EffectivePart>()
  let left = room
  for (const part of ranked) {
    if (part.tokens > left) continue
    taken.add(part)
    left -= part.tokens
  }
  return taken
}
