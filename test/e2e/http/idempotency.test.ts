import { expect, test } from 'vitest'
import { serveNetwork } from './network-node.ts'

const headers = { 'content-type': 'application/json', 'idempotency-key': 'k1' }

async function servedMoves() {
  const { node, ask, key } = await serveNetwork()
  const { key: text } = await key()
  await node.contexts.put('/a', { body: 'one' })
  const move = (signal?: AbortSignal) =>
    ask('/v1/move', {
      method: 'POST',
      key: text,
      body: '{"from":"/a","to":"/b"}',
      headers,
      ...(signal && { signal })
    })
  return { node, move }
}

test('the result of an operation on a subtree comes again, and the operation is not carried out again', async () => {
  const { node, move } = await servedMoves()
  const first = (await (await move()).text()).trimEnd().split('\n')
  await node.contexts.put('/a', { body: 'two' })
  const second = await move()
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  expect(second.headers.get('content-type')).toMatch(/^application\/x-ndjson/)
  expect((await second.text()).trimEnd()).toBe(first.at(-1))
  expect((await node.contexts.get('/a')).body).toBe('two')
})

test('an operation whose caller hung up goes on, and the caller comes back for its result', async () => {
  const { node, move } = await servedMoves()
  const begun = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const made = node.contexts.move
  let calls = 0
  node.contexts.move = async (from, to, options) => {
    calls += 1
    options?.onProgress?.({ done: 0, total: 1 })
    begun.resolve()
    await goOn.promise
    options?.signal?.throwIfAborted()
    return made.call(node.contexts, from, to, options)
  }
  const hangUp = new AbortController()
  const answer = await move(hangUp.signal)
  await begun.promise
  expect(answer.status).toBe(200)
  hangUp.abort()
  const second = move()
  goOn.resolve()
  expect(await (await second).text()).toContain('"contexts":1')
  expect(calls).toBe(1)
})

test('a refusal comes again, and a failure that may pass does not', async () => {
  const { node, move } = await servedMoves()
  await node.contexts.remove('/a')
  const first = await move()
  expect(await first.json()).toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  await node.contexts.put('/a', { body: 'one' })
  const again = await move()
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([404, 'true'])
})
