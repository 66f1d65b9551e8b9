import { expect, test } from 'vitest'
import type { HttpSpec } from '../../../src/indexing/embedding/embedder-spec.ts'
import { HttpEmbedder } from '../../../src/indexing/embedding/http/http-embedder.ts'
import { describeEmbedder } from './describe-embedder.ts'
import type { Behaviour, TestEnvironment } from './embedding-test-server.ts'
import { answer, rawVector, sendJson, startServer, status, testEnvironment } from './embedding-test-server.ts'

interface Given {
  readonly behaviours?: Behaviour[]
  readonly spec?: Partial<HttpSpec>
  readonly environment?: TestEnvironment
}

async function openHttp({ behaviours = [], spec = {}, environment = testEnvironment() }: Given = {}) {
  const { url, seen } = await startServer(...behaviours)
  const whole: HttpSpec = { kind: 'http', url, model: 'small', dimensions: 4, ...spec }
  return { embedder: await HttpEmbedder.open(whole, environment), seen, environment }
}

/** Lets the virtual time run until the promise has settled. */
async function inTime<Value>(promise: Promise<Value>, { clock }: TestEnvironment): Promise<Value> {
  let isSettled = false
  const settled = promise.finally(() => {
    isSettled = true
  })
  settled.catch(() => {})
  await expect
    .poll(async () => (isSettled ? true : clock.advance(100).then(() => isSettled)), { interval: 1, timeout: 20_000 })
    .toBe(true)
  return await settled
}

describeEmbedder('HttpEmbedder', async () => (await openHttp()).embedder)
describeEmbedder('HttpEmbedder with base64', async () => (await openHttp({ spec: { base64: true } })).embedder)

test('asks for a first vector where nobody says how many dimensions there are', async () => {
  const { url } = await startServer()
  const embedder = await HttpEmbedder.open({ kind: 'http', url, model: 'small' }, testEnvironment())

  expect(embedder.dimensions).toBe(4)
})

test('sends batches within the limits of texts and of bytes', async () => {
  const environment = testEnvironment({ embedBatchTextsMax: 3, embedBatchBytesMax: 1_024 })
  const { embedder, seen } = await openHttp({ environment })
  const texts = ['a', 'b', 'c', 'd', 'x'.repeat(1_000), 'y'.repeat(5_000), 'z']

  expect(await embedder.embed(texts)).toHaveLength(texts.length)
  expect(seen.map(({ body }) => body.input.map((text) => text[0]).join(''))).toEqual(['abc', 'dx', 'y', 'z'])
})

test('puts the prefix of the purpose before each text', async () => {
  const { embedder, seen } = await openHttp({ spec: { queryPrefix: 'query: ', documentPrefix: 'passage: ' } })
  await embedder.embed(['tide'], { purpose: 'query' })
  await embedder.embed(['tide'])

  expect(seen.map(({ body }) => body.input)).toEqual([['query: tide'], ['passage: tide']])
})

test.each([
  ['authorization', 'Bearer sk-secret'],
  ['api-key', 'sk-secret']
] as const)('sends the key of the environment as %s', async (keyHeader, sent) => {
  const { embedder, seen } = await openHttp({ spec: { keyEnv: 'EMBEDDING_KEY', keyHeader } })
  await embedder.embed(['tide'])

  expect(seen[0]?.headers[keyHeader]).toBe(sent)
})

test('a key that is not there is said by the name of its variable', async () => {
  await expect(openHttp({ spec: { keyEnv: 'MISSING' } })).rejects.toMatchObject({
    code: 'EMBEDDER_UNAVAILABLE',
    details: { keyEnv: 'MISSING' }
  })
})

const halfBody: Behaviour = (response) => {
  response.writeHead(200, { 'content-length': '1000' }).write('{"data":[')
  response.destroy()
}

test.each([
  ['429', status(429)],
  ['500', status(500)],
  ['503 with a date', status(503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:01 GMT' })],
  ['half a body', halfBody],
  ['a closed connection', (response) => response.destroy()],
  ['silence', () => {}]
] satisfies [string, Behaviour][])('%s is tried again, after a pause', async (_, behaviour) => {
  const { embedder, environment, seen } = await openHttp({
    behaviours: [behaviour, behaviour],
    environment: testEnvironment({ embedTimeoutMs: 1_000 })
  })

  expect(await inTime(embedder.embed(['tide']), environment)).toHaveLength(1)
  expect(seen).toHaveLength(3)
  expect(environment.clock.monotonicMs()).toBeGreaterThanOrEqual(750)
})

test('waits as long as the server asks for, and gives up where that is too long', async () => {
  const { embedder, environment } = await openHttp({
    behaviours: [status(429, { 'retry-after': '7' }), status(429, { 'retry-after': '900' })]
  })
  const embedded = inTime(embedder.embed(['tide']), environment)

  await expect(embedded).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE', details: { retryAfterMs: 900_000 } })
  expect(environment.clock.monotonicMs()).toBeGreaterThanOrEqual(7_000)
})

test('gives up after its tries, and leaves a server alone that failed too often', async () => {
  const environment = testEnvironment({ embedTriesMax: 2, embedFailuresMax: 2, embedBreakMs: 600_000 })
  const { embedder, seen } = await openHttp({ behaviours: [status(500), status(500)], environment })
  await expect(inTime(embedder.embed(['tide']), environment)).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' })
  await expect(embedder.embed(['tide'])).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' })
  expect(seen).toHaveLength(2)
  await environment.clock.advance(600_000)

  expect(await embedder.embed(['tide'])).toHaveLength(1)
})

test.each([301, 307, 400, 401, 404])(
  'status %i is refused at once, and nothing that the server said is passed on',
  async (code) => {
    const { embedder, seen } = await openHttp({ behaviours: [status(code, { location: '/elsewhere' })] })
    const refused = await embedder.embed(['tide']).catch((error: unknown) => error)

    expect(refused).toMatchObject({ code: 'EMBEDDER_REFUSED', details: { status: code } })
    expect(String(refused)).not.toContain('secret')
    expect(seen).toHaveLength(1)
  }
)

const withVectors =
  (...data: unknown[]): Behaviour =>
  (response) =>
    sendJson(response, { data })

test.each([
  ['no JSON', (response) => response.end('<html>')],
  ['no list', (response) => sendJson(response, { data: 'none' })],
  ['one vector too few', withVectors({ index: 0, embedding: rawVector('a') })],
  [
    'the same index twice',
    withVectors({ index: 0, embedding: rawVector('a') }, { index: 0, embedding: rawVector('b') })
  ],
  ['an index outside', withVectors({ index: 0, embedding: rawVector('a') }, { index: 2, embedding: rawVector('b') })],
  ['other dimensions', withVectors({ embedding: [1, 2, 3] }, { embedding: [1, 2, 3] })],
  ['NaN', (response) => response.end('{"data":[{"embedding":[1,2,3,NaN]},{"embedding":[1,2,3,4]}]}')],
  ['null for NaN', withVectors({ embedding: [1, 2, 3, null] }, { embedding: rawVector('b') })],
  ['infinity', (response) => response.end('{"data":[{"embedding":[1,2,3,1e999]},{"embedding":[1,2,3,4]}]}')],
  ['zeros', withVectors({ embedding: [0, 0, 0, 0] }, { embedding: rawVector('b') })],
  ['texts for numbers', withVectors({ embedding: ['1', '2', '3', '4'] }, { embedding: rawVector('b') })],
  ['half a number in base64', withVectors({ embedding: 'AAAAAAA=' }, { embedding: rawVector('b') })]
] satisfies [string, Behaviour][])('an answer with %s gives no vectors', async (_, behaviour) => {
  const { embedder } = await openHttp({ behaviours: [behaviour] })

  await expect(embedder.embed(['a', 'b'])).rejects.toMatchObject({ code: 'EMBEDDING_INVALID' })
})

test('an answer beyond the limit of bytes is not read', async () => {
  const environment = testEnvironment({ embedAnswerBytesMax: 1_024 })
  const { embedder } = await openHttp({ environment, behaviours: [(response) => response.end('x'.repeat(100_000))] })

  await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'EMBEDDING_INVALID' })
})

test('a signal ends a request that hangs, and a pause', async () => {
  for (const behaviour of [() => {}, status(500)] satisfies Behaviour[]) {
    const controller = new AbortController()
    const { embedder, seen } = await openHttp({ behaviours: [behaviour, behaviour, answer] })
    const embedded = embedder.embed(['tide'], { signal: controller.signal })
    const aborted = expect(embedded).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
    await expect.poll(() => seen.length).toBe(1)
    controller.abort()

    await aborted
  }
})
