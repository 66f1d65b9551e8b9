import { createServer } from 'node:http'
import { ManualClock, resolveNodeLimits } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openNode } from '../../src/index.ts'
import { HttpReranker } from '../../src/indexing/reranking/http-reranker.ts'
import type { RerankerSpec } from '../../src/indexing/reranking/reranker-spec.ts'
import { parseRerankerSpec } from '../../src/indexing/reranking/reranker-spec.ts'

type Body = Readonly<Record<string, unknown>>
type Behaviour = (body: Body) => { readonly status?: number; readonly json: unknown }

/** A re-ranker as told: one behaviour for all requests. It goes with the test. */
async function startServer(behave: Behaviour) {
  const seen: { body: Body; key: string | undefined }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Body
    seen.push({ body, key: request.headers.authorization })
    const { status = 200, json } = behave(body)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const spec: RerankerSpec = { kind: 'http', url: `http://127.0.0.1:${port}/rerank` }
  return { spec, seen }
}

const textsIn = ({ documents, texts }: Body) => (documents ?? texts) as readonly string[]
/** The longer a text, the better it answers. Rows come in another order than texts. */
const longest: Behaviour = (body) => ({
  json: {
    results: textsIn(body)
      .map((text, index) => ({ index, relevance_score: text.length }))
      .reverse()
  }
})

function rerankerOf(spec: RerankerSpec, variables: Record<string, string> = {}): HttpReranker {
  const limits = resolveNodeLimits({ embedFailuresMax: 2, embedBreakMs: 1_000 })
  return new HttpReranker(spec, { clock: new ManualClock(), variables, limits })
}

const options = { signal: new AbortController().signal }

describe('a re-ranker behind a server', () => {
  test('gives a score for each text in their order, whatever the order of the answer', async () => {
    const { spec, seen } = await startServer(longest)

    expect(await rerankerOf({ ...spec, model: 'm' }).scores('q', ['a', 'ccc', 'bb'], options)).toEqual([1, 3, 2])
    expect(seen).toEqual([{ body: { model: 'm', query: 'q', documents: ['a', 'ccc', 'bb'] }, key: undefined }])
  })

  test('speaks the other format too, and sends the key from the environment', async () => {
    const { spec, seen } = await startServer((body) => ({
      json: textsIn(body).map((text, index) => ({ index, score: text.length }))
    }))
    const reranker = rerankerOf({ ...spec, format: 'texts', keyEnv: 'KEY' }, { KEY: 'secret' })

    expect(await reranker.scores('q', ['a', 'bb'], options)).toEqual([1, 2])
    expect(seen[0]).toEqual({ body: { query: 'q', texts: ['a', 'bb'] }, key: 'Bearer secret' })
  })

  test.each([
    ['no rows', {}],
    ['too few', { results: [{ index: 0, relevance_score: 1 }] }],
    ['one text twice', { results: [0, 0].map((index) => ({ index, relevance_score: 1 })) }],
    ['an index from elsewhere', { results: [0, 7].map((index) => ({ index, relevance_score: 1 })) }],
    ['no numbers', { results: [0, 1].map((index) => ({ index, relevance_score: 'high' })) }],
    ['rows that are none', { results: [null, 3] }],
    [
      'a list as index',
      {
        results: [
          { index: 'length', relevance_score: 9 },
          { index: 1, relevance_score: 1 }
        ]
      }
    ]
  ])('does not take an answer with %s', async (_what, json) => {
    const { spec } = await startServer(() => ({ json }))

    await expect(rerankerOf(spec).scores('q', ['a', 'b'], options)).rejects.toMatchObject({ code: 'EMBEDDING_INVALID' })
  })

  test('leaves a server alone that failed too often', async () => {
    const { spec, seen } = await startServer(() => ({ status: 503, json: {} }))
    const reranker = rerankerOf(spec)
    for (let count = 0; count < 4; count += 1) {
      await expect(reranker.scores('q', ['a'], options)).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' })
    }

    expect(seen).toHaveLength(2)
  })

  test('asks nobody without the key that it was told to send', async () => {
    const { spec, seen } = await startServer(longest)

    await expect(rerankerOf({ ...spec, keyEnv: 'NONE' }).scores('q', ['a'], options)).rejects.toThrow('NONE')
    expect(seen).toEqual([])
  })
})

test.each([
  [{ kind: 'magic', url: 'http://x' }, /kind/],
  [{ kind: 'http' }, /url/],
  [{ kind: 'http', url: 'http://user:key@x' }, /url/],
  [{ kind: 'http', url: 'http://x', key: 'secret' }, /no setting key/],
  [{ kind: 'http', url: 'http://x', format: 'xml' }, /format/],
  [undefined, /kind/]
])('settings %j are refused', (given, why) => {
  expect(() => parseRerankerSpec(given)).toThrow(why)
})

describe('a node with a re-ranker', () => {
  const openedWith = async (behave: Behaviour) => {
    const { spec, seen } = await startServer(behave)
    const node = await openNode({ memory: true, search: { reranker: spec }, limits: { rerankTextsMax: 2 } })
    onTestFinished(() => node.close())
    await node.contexts.put('/short', { body: 'docking docking' })
    await node.contexts.put('/long', { body: 'docking of a ship that comes from far away' })
    const { token } = await node.contexts.put('/longest', { body: `docking ${'and many other things '.repeat(9)}` })
    const ask = () => node.search({ text: 'docking', mode: 'text', after: token })
    return { ask, seen }
  }

  test('orders the best hits as the re-ranker says, and tells so', async () => {
    const { ask } = await openedWith(longest)
    const { hits, warnings } = await ask()

    expect(hits.map(({ path }) => path)).toEqual(['/long', '/short', '/longest'])
    expect(hits.map(({ parts }) => parts.reranked)).toEqual([42, 15, undefined])
    expect(warnings).toEqual([])
  })

  test('gives the hits as they are when the re-ranker fails, and says that it did', async () => {
    const { ask } = await openedWith(() => ({ status: 500, json: {} }))
    const { hits, warnings } = await ask()

    expect(hits.map(({ path }) => path)).toEqual(['/short', '/long', '/longest'])
    expect(warnings.join()).toMatch(/not re-ranked.*status 500/)
  })
})
