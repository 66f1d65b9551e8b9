import type { BatchItem } from '@hcfs/core'
import { SeededRandom } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'

const SEED = 8
const VOCABULARY = 30_000
const TEXT_WORDS = 110
const QUERY_WORDS = 5
/** Those that stand nearly everywhere are not asked for: they are stop words in a real language. */
const COMMON_WORDS = 60
const PUTS_PER_BATCH = 512
const INDEXING_MS_MAX = 3_600_000
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qi ro su ta ve wi xo zu bran cret dolm fint gorp'.split(' ')

/** Texts of a made-up language whose words are as unevenly frequent as those of a real one (Zipf's law). */
export interface SearchCorpus {
  readonly texts: readonly string[]
  readonly queries: readonly string[]
}

/** The same for the same numbers. Each text is one chunk. */
export function searchCorpus(textCount: number, queryCount: number): SearchCorpus {
  const random = new SeededRandom(SEED)
  const fraction = (): number => random.below(2 ** 30) / 2 ** 30
  const words = (count: number, first: number): string =>
    Array.from({ length: count }, () => wordOf(Math.floor(first * (VOCABULARY / first) ** fraction()))).join(' ')
  return {
    texts: Array.from({ length: textCount }, () => `${words(TEXT_WORDS, 1)}.`),
    queries: Array.from({ length: queryCount }, () => words(QUERY_WORDS, COMMON_WORDS))
  }
}

/** Puts texts and waits until every one of them is found by words and by vectors. */
export async function putTexts(node: HcfsNode, texts: readonly string[], folder: string): Promise<void> {
  for (let first = 0; first < texts.length; first += PUTS_PER_BATCH) {
    const part = texts.slice(first, first + PUTS_PER_BATCH)
    const items = part.map((body, index): BatchItem => ({ put: { path: `${folder}/text-${first + index}`, body } }))
    const { items: results } = await node.contexts.batch(items, { atomic: false })
    const failed = results.find((result) => 'error' in result)
    if (failed !== undefined) throw new Error(`A put of the benchmark failed: ${JSON.stringify(failed)}`)
  }
  await findable(node)
}

/** Resolves when what was put before is found. */
export async function findable(node: HcfsNode): Promise<void> {
  const { token } = await node.contexts.put('/last', { body: 'last' })
  await node.search({ text: 'last', after: token, timeoutMs: INDEXING_MS_MAX })
}

/** Every number has a word of its own; frequent ones are short. */
function wordOf(number: number): string {
  let word = ''
  for (let left = number + 1; left > 0; left = Math.floor(left / SYLLABLES.length))
    word += SYLLABLES[left % SYLLABLES.length]
  return word
}
