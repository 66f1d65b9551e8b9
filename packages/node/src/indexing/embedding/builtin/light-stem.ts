const ENDINGS: readonly (readonly [ending: string, replacement: string])[] = [
  ['ations', ''],
  ['ation', ''],
  ['ings', ''],
  ['ing', ''],
  ['ies', 'y'],
  ['ied', 'y'],
  ['ers', ''],
  ['ed', ''],
  ['er', ''],
  ['es', ''],
  ['ly', ''],
  ['s', ''],
  ['e', '']
]

const STEM_LENGTH_MIN = 3

const ENGLISH_WORD = /^[a-z]+$/

/**
 * Takes one common English ending off a word, so that `docking`, `docked` and
 * `docks` are one. It needs to be steady rather than right: both sides of a
 * comparison go through it, and the letter groups soften what it gets wrong.
 */
export function lightStem(word: string): string {
  if (!ENGLISH_WORD.test(word) || word.endsWith('ss')) return word
  for (const [ending, replacement] of ENDINGS) {
    if (!word.endsWith(ending) || word.length - ending.length < STEM_LENGTH_MIN) continue
    return withoutDoubleEnd(word.slice(0, -ending.length)) + replacement
  }
  return word
}

/** `stopp` of `stopped` is `stop`; `fall` of `falling` stays, and so does `fall`. */
function withoutDoubleEnd(stem: string): string {
  const last = stem.at(-1)
  const isDoubled = last === stem.at(-2) && last !== 'l' && last !== 's' && last !== 'z'
  return isDoubled && stem.length > STEM_LENGTH_MIN ? stem.slice(0, -1) : stem
}
