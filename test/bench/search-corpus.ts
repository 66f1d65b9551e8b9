import type { BatchItem } from '@hcfs/core'
import { SeededRandom } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'

const SEED = 8
const VOCABULARY = 30_000
const TEXT_WORDS_MIN = 60
const TEXT_WORDS_MAX = 160
const QUERY_WORDS = 5
/** Those that stand nearly everywhere are not asked for: they are stop words in a real language. */
const COMMON_WORDS = 60
const TEXTS_PER_TOPIC = 25
const TOPIC_WORDS = 40
/** Of the words of a text so many belong to its topic; who asks names such alone. */
const TEXT_TOPIC_SHARE = 0.5
const QUERY_TOPIC_SHARE = 1
const PUTS_PER_BATCH = 512
const INDEXING_MS_MAX = 3_600_000
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qi ro su ta ve wi xo zu bran cret dolm fint gorp'.split(' ')

/**
 * Texts of a made-up language whose words are as unevenly frequent as those of a real one (Zipf's law), and which are
 * about something, as real ones are: without topics all texts would be about as near to a question, and no graph finds
 * the nearest among equals. Among 5,400 paragraphs of real documentation hnswlib found 0.98 of the nearest ten at ef 108.
 */
export interface SearchCorpus {
  readonly texts: readonly string[]
  readonly queries: readonly string[]
}

/** The same for the same numbers. Each text is one chunk. */
export function searchCorpus(textCount: number, queryCount: number): SearchCorpus {
  const random = new SeededRandom(SEED)
  const fraction = (): number => random.below(2 ** 30) / 2 ** 30
  const word = (first: number): string => wordOf(Math.floor(first * (VOCABULARY / first) ** fraction()))
  const topics = Array.from({ length: Math.ceil(textCount / TEXTS_PER_TOPIC) }, () =>
    Array.from({ length: TOPIC_WORDS }, () => word(COMMON_WORDS))
  )
  const words = (count: number, { first, share }: { first: number; share: number }): string => {
    const topic = topics[random.below(topics.length)] ?? []
    const one = (): string => (fraction() < share ? topic[random.below(topic.length)] : undefined) ?? word(first)
    return Array.from({ length: count }, one).join(' ')
  }
  return {
    texts: Array.from(
      { length: textCount },
      () =>
        `${words(TEXT_WORDS_MIN + random.below(TEXT_WORDS_MAX - TEXT_WORDS_MIN), { first: 1, share: TEXT_TOPIC_SHARE })}.`
    ),
    queries: Array.from({ length: queryCount }, () =>
      words(QUERY_WORDS, { first: COMMON_WORDS, share: QUERY_TOPIC_SHARE })
    )
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
