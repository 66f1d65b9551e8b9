import { featureHash } from './feature-hash.ts'
import { lightStem } from './light-stem.ts'
import { STOP_WORDS } from './stop-words.ts'
import { scriptPieces } from './text-words.ts'

/** What one word adds to a vector: pairs of a place and an amount. Shared by all who ask; nobody may change it. */
export interface WordFeatures {
  readonly places: Uint16Array
  readonly amounts: Float32Array
  /** For the pair that this word makes with its neighbour. */
  readonly hash: number
}

export const BUILTIN_DIMENSIONS = 384

const SEEDS = { stem: 1, letters: 2, unspaced: 3 }
const LETTERS_MIN = 3
const LETTERS_MAX = 5
/** Longer words are blobs (keys, base64): what comes behind is not looked at. */
const WORD_LENGTH_MAX = 64

/** The features of a word, or `undefined` for one that says nothing about its text. */
export function wordFeatures(word: string): WordFeatures | undefined {
  if (STOP_WORDS.has(word)) return undefined
  const vector = new Map<number, number>()
  let hash = 0
  for (const { text, isUnspaced } of scriptPieces(word.slice(0, WORD_LENGTH_MAX))) {
    hash = featureHash(text, hash)
    const add = (feature: number, weight: number): void => addSigned(vector, feature, weight)
    if (isUnspaced) addUnspaced(text, add)
    else hash = addSpaced(text, add)
  }
  return { places: Uint16Array.from(vector.keys()), amounts: Float32Array.from(vector.values()), hash }
}

/** Where a feature goes, and with which sign: collisions then cancel out as often as they add up. */
export function addSigned(vector: Map<number, number>, feature: number, weight: number): void {
  const place = placeOf(feature)
  vector.set(place, (vector.get(place) ?? 0) + signOf(feature) * weight)
}

export function placeOf(feature: number): number {
  return (feature >>> 1) % BUILTIN_DIMENSIONS
}

export function signOf(feature: number): 1 | -1 {
  return (feature & 1) === 0 ? 1 : -1
}

/** Longer words are rarer, and rarer words say more: the nearest thing to idf that needs no collection. */
function lengthWeight(length: number): number {
  return Math.min(1, 0.4 + 0.1 * length)
}

type Add = (feature: number, weight: number) => void

function addSpaced(word: string, add: Add): number {
  const stem = lightStem(word)
  const weight = lengthWeight(stem.length)
  const hash = featureHash(stem, SEEDS.stem)
  add(hash, weight)
  const framed = `^${stem}$`
  const groups: number[] = []
  for (let length = LETTERS_MIN; length <= LETTERS_MAX; length += 1) {
    for (let start = 0; start + length <= framed.length; start += 1) {
      groups.push(featureHash(framed.slice(start, start + length), SEEDS.letters))
    }
  }
  // All letter groups together weigh as much as the word itself.
  for (const group of groups) add(group, weight / Math.sqrt(groups.length))
  return hash
}

/** Single characters and pairs of neighbours: most words of these scripts have one or two. */
function addUnspaced(text: string, add: Add): void {
  const characters = [...text]
  for (const [index, character] of characters.entries()) {
    add(featureHash(character, SEEDS.unspaced), 0.5)
    const next = characters[index + 1]
    if (next !== undefined) add(featureHash(character + next, SEEDS.unspaced), 1)
  }
}
