import { HcfsError, ManualClock, silentLogger } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { Embedder } from '../../src/indexing/embedding/embedder.ts'
import { VectorShardClient } from '../../src/indexing/vector-shard-client.ts'
import type { SearchBackend, SearchComponents } from '../../src/query/search.ts'
import { Search } from '../../src/query/search.ts'
import { DEATH, fakeRemote } from './fake-index-threads.ts'

const BACKEND: SearchBackend = { queries: fakeRemote({ rank: () => [] }) }
const DYING: SearchBackend = {
  queries: fakeRemote({
    rank: () => {
      throw DEATH
    }
  })
}

function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

function backendWith(embed: (signal: AbortSignal) => Promise<never>): SearchBackend {
  const embedder: Embedder = {
    id: 'fake',
    digest: 'fake',
    dimensions: 1,
    maxInputTokens: 8,
    embed: (_texts, { signal = new AbortController().signal } = {}) => embed(signal)
  }
  const shard = new VectorShardClient(
    { service: fakeRemote({}), log: silentLogger },
    { shard: 'all', model: embedder, dimensions: 1 }
  )
  return { ...BACKEND, vectors: { shard, embedder, weight: 1, unrelatedCosine: 0 } }
}

function searchWith(components: Partial<SearchComponents>) {
  const clock = new ManualClock()
  const failures: unknown[] = []
  const search = new Search(
    {
      backend: async () => BACKEND,
      past: { use: (_question, work) => work(BACKEND) },
      caughtUp: async () => {},
      holds: async () => {},
      state: () => ({ behind: 0, warnings: [] }),
      failed: (error) => {
        failures.push(error)
        return error === DEATH
      },
      isShown: () => true,
      clock,
      ...components
    },
    { embedQuestionTimeoutMs: 2_000, rerankTextsMax: 2 }
  )
  return { search, clock, failures }
}

describe('who searches', () => {
  test('learns how much the index lacks', async () => {
    const { search } = searchWith({ state: () => ({ behind: 3, warnings: ['slow'] }) })

    expect(await search.search({ text: 'x' })).toMatchObject({
      coverage: { behind: 3, cells: { stale: 1 } },
      warnings: ['slow']
    })
  })

  test('strictly gets everything or an error', async () => {
    const { search } = searchWith({ state: () => ({ behind: 3, warnings: [] }) })

    await expect(search.search({ text: 'x', strict: true })).rejects.toMatchObject({
      code: 'SEARCH_INCOMPLETE',
      details: { behind: 3 }
    })
  })

  test('waits for an index that is being opened, but not for ever', async () => {
    const { search, clock } = searchWith({ backend: forever })
    const refused = expect(search.search({ text: 'x', timeoutMs: 500 })).rejects.toMatchObject({
      code: 'INDEX_UNAVAILABLE',
      details: { timeoutMs: 500 }
    })

    await clock.advance(500)

    await refused
  })

  test('waits for what a token names, but not for ever', async () => {
    const { search, clock } = searchWith({ caughtUp: forever })
    const refused = expect(search.search({ text: 'x', after: 'token', timeoutMs: 500 })).rejects.toMatchObject({
      code: 'NOT_CAUGHT_UP'
    })

    await clock.advance(500)

    await refused
  })

  test('can give up', async () => {
    const { search } = searchWith({ backend: forever })
    const caller = new AbortController()
    const searching = search.search({ text: 'x', signal: caller.signal })
    caller.abort(new Error('enough'))

    await expect(searching).rejects.toThrow('enough')
  })

  test('does not notice that a thread died, when the next ones answer', async () => {
    const backends = [DYING, BACKEND]
    const { search, failures } = searchWith({ backend: async () => backends.shift() ?? BACKEND })

    expect((await search.search({ text: 'x' })).hits).toEqual([])
    expect(failures).toEqual([DEATH])
  })

  test('is told when the next ones die too', async () => {
    const { search } = searchWith({ backend: async () => DYING })

    await expect(search.search({ text: 'x' })).rejects.toBe(DEATH)
  })

  test('gets other failures at once', async () => {
    let asked = 0
    const queries = fakeRemote({
      rank: () => {
        asked += 1
        throw new Error('a bug')
      }
    })
    const { search } = searchWith({ backend: async () => ({ queries }) })

    await expect(search.search({ text: 'x' })).rejects.toThrow('a bug')
    expect(asked).toBe(1)
  })

  test('goes by words alone, with a warning, when the embedder is away or slow', async () => {
    const { search, clock } = searchWith({ backend: async () => backendWith(forever) })
    const slow = search.search({ text: 'x' })
    await clock.advance(2_000)

    expect((await slow).warnings).toEqual([expect.stringContaining('Only words were searched')])
  })

  test('by vectors alone is told that the embedder is away', async () => {
    const away = new HcfsError('EMBEDDER_UNAVAILABLE', 'away')
    const { search } = searchWith({ backend: async () => backendWith(() => Promise.reject(away)) })

    await expect(search.search({ text: 'x', mode: 'vector' })).rejects.toBe(away)
    expect((await search.search({ text: 'x' })).warnings).toHaveLength(1)
  })
})
