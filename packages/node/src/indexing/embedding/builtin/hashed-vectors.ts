import { unitVector } from '../unit-vector.ts'
import { scramble } from './feature-hash.ts'
import { wordsOf } from './text-words.ts'
import type { WordFeatures } from './word-features.ts'
import { BUILTIN_DIMENSIONS, placeOf, signOf, wordFeatures } from './word-features.ts'

/** The features of twice so many words stay in memory at most; about 0.5 KiB each. */
const WORDS_KEPT_MAX = 16_384
const PAIR_WEIGHT = 0.1

/**
 * Turns a text into its vector. Keeps the features of words it has seen, which
 * makes it faster and changes no result.
 */
export class HashedVectors {
  #words = new Map<string, WordFeatures | undefined>()
  /** Those from before: a word that comes again is taken over, so that rare words do not push out frequent ones. */
  #older: ReadonlyMap<string, WordFeatures | undefined> = new Map()

  vectorOf(text: string): Float32Array {
    const { counts, pairs } = this.#count(text)
    const vector = new Float64Array(BUILTIN_DIMENSIONS)
    for (const [{ places, amounts }, count] of counts) {
      const weight = subLinear(count)
      for (let index = 0; index < places.length; index += 1) vector[places[index]!]! += weight * amounts[index]!
    }
    for (const [pair, count] of pairs) vector[placeOf(pair)]! += signOf(pair) * PAIR_WEIGHT * subLinear(count)
    return unitVector(vector) ?? nothingSaid()
  }

  #count(text: string) {
    const counts = new Map<WordFeatures, number>()
    const pairs = new Map<number, number>()
    let previous: WordFeatures | undefined
    for (const word of wordsOf(text)) {
      const features = this.#featuresOf(word)
      if (features === undefined) continue
      counts.set(features, (counts.get(features) ?? 0) + 1)
      if (previous !== undefined) {
        const pair = scramble(Math.imul(previous.hash, 31) ^ features.hash)
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
      }
      previous = features
    }
    return { counts, pairs }
  }

  #featuresOf(word: string): WordFeatures | undefined {
    const kept = this.#words.get(word)
    if (kept !== undefined || this.#words.has(word)) return kept
    if (this.#words.size >= WORDS_KEPT_MAX) {
      this.#older = this.#words
      this.#words = new Map()
    }
    const features = this.#older.has(word) ? this.#older.get(word) : wordFeatures(word)
    this.#words.set(word, features)
    return features
  }
}

/** The tenth time a word occurs says less than the first. */
function subLinear(count: number): number {
  return count === 1 ? 1 : 1 + Math.log(count)
}

/** A text without words still needs a vector; this one is as far from all others as chance allows. */
function nothingSaid(): Float32Array {
  const vector = new Float32Array(BUILTIN_DIMENSIONS)
  vector[0] = 1
  return vector
}
