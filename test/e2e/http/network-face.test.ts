import { ManualClock } from '@hcfs/core'
import { connect } from '@hcfs/sdk'
import { expect, test } from 'vitest'
import { serveNetwork } from './network-node.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

test('a key names who wrote, unless its agent says more', async () => {
  const { node, url, key } = await serveNetwork()
  const made = await key({ role: 'write', name: 'planner' })
  await using client = await connect({ url, key: made.key })
  await client.contexts.put('/a', { body: 'one' })
  expect((await node.contexts.get('/a')).by).toEqual({ agent: 'planner' })
  await client.contexts.put('/a', { body: 'two' }, { by: { agent: 'helper', run: '7' } })
  expect((await node.contexts.get('/a')).by).toEqual({ agent: 'helper', run: '7' })
})

test('a search with a narrow key finds nothing outside its subtree', async () => {
  const { node, url, key } = await serveNetwork()
  await node.contexts.put('/in/a', { body: 'zebra' })
  const { token } = await node.contexts.put('/out/a', { body: 'zebra' })
  await using client = await connect({ url, key: (await key({ role: 'read', under: '/in' })).key })
  const { hits } = await client.search({ text: 'zebra', mode: 'text', after: token })
  expect(hits.map(({ path }) => path)).toEqual(['/in/a'])
})

test('a key ends when it was to end, when it is revoked, and after the overlap of its rotation', async () => {
  const clock = new ManualClock()
  const { node, ask, key } = await serveNetwork({ clock })
  const status = async (text: string) => (await ask('/v1/status', { key: text })).status
  const short = await key({ expiresInMs: 1_000 })
  const long = await key()
  const next = await node.keys.rotate(long.id, { overlapMs: 2_000 })
  expect([await status(short.key), await status(long.key), await status(next.key)]).toEqual([200, 200, 200])
  await clock.advance(1_000)
  expect([await status(short.key), await status(long.key)]).toEqual([401, 200])
  await clock.advance(1_000)
  expect([await status(long.key), await status(next.key)]).toEqual([401, 200])
  await node.keys.revoke(next.id)
  expect(await status(next.key)).toBe(401)
})

test('without keys only this machine is served, by its own name and to no other origin', async () => {
  const { ask } = await serveNetwork({ isOpenWithoutKey: true })
  expect((await ask('/v1/status')).status).toBe(200)
  const foreign = await ask('/v1/status', { headers: { origin: 'https://example.org' } })
  expect(await foreign.json()).toMatchObject({ code: 'HOST_REFUSED' })
})

test('without keys nothing listens beyond loopback', async () => {
  const { createServer } = await import('@hcfs/server')
  const { node } = await serveNetwork()
  const { silentLogger } = await import('@hcfs/core')
  const server = createServer({ node, apiKeys: node.keys, clock: new ManualClock(), log: silentLogger, stop: () => {} })
  const call = server.listenHttp({ host: '0.0.0.0', port: 0, isOpenWithoutKey: true })
  await expect(call).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('a write that comes again with its idempotency key is made once', async () => {
  const { node, ask, key } = await serveNetwork()
  const made = await key()
  const put = (body: string) =>
    ask('/v1/contexts/a', {
      method: 'PUT',
      key: made.key,
      body: JSON.stringify({ body }),
      headers: { ...JSON_TYPE, 'idempotency-key': 'k1' }
    })
  const first = await put('one')
  await node.contexts.put('/a', { body: 'two' })
  const second = await put('one')
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  expect(await second.json()).toEqual(await first.json())
  expect((await node.contexts.get('/a')).body).toBe('two')
  expect(await (await put('other')).json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
})

test('a merge patch changes what it names, and null removes', async () => {
  const { node, ask, key } = await serveNetwork()
  await node.contexts.put('/a', { body: 'one', fields: { x: 1, y: { z: 1, w: 2 } }, tags: ['old', 'kept'] })
  const answer = await ask('/v1/contexts/a?note=why', {
    method: 'PATCH',
    key: (await key()).key,
    body: JSON.stringify({ fields: { x: null, y: { z: 2 }, new: { a: null, b: 1 } }, tags: ['kept', 'new'] }),
    headers: { 'content-type': 'application/merge-patch+json' }
  })
  expect(answer.status).toBe(200)
  const { body, fields, tags } = await node.contexts.get('/a')
  expect({ body, fields, tags: [...tags].sort() }).toEqual({
    body: 'one',
    fields: { y: { z: 2, w: 2 }, new: { b: 1 } },
    tags: ['kept', 'new']
  })
})

test('a key has so many calls a minute', async () => {
  const { ask, key } = await serveNetwork({ keyCallsPerMinuteMax: 2 })
  const [one, two] = [await key(), await key()]
  const statuses = []
  for (const each of [one, one, one, two]) statuses.push((await ask('/v1/peers', { key: each.key })).status)
  expect(statuses).toEqual([200, 200, 429, 200])
})

test('long answers are compressed, and their digest is of the JSON', async () => {
  const { node, ask, key } = await serveNetwork()
  await node.contexts.put('/a', { body: 'text '.repeat(2_000) })
  const headers = { 'accept-encoding': 'gzip', 'hcfs-want-digest': 'sha-256' }
  const answer = await ask('/v1/contexts/a', { key: (await key()).key, headers })
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  const { sha256Hex } = await import('@hcfs/core')
  const text = await answer.text()
  expect(answer.headers.get('hcfs-content-sha256')).toBe(sha256Hex(new TextEncoder().encode(text)))
})

test('the face describes itself, and Prometheus can read it', async () => {
  const { ask, key } = await serveNetwork()
  const description: { paths: object } = JSON.parse(await (await ask('/openapi.json')).text())
  expect(description).toMatchObject({ openapi: '3.1.0' })
  expect(Object.keys(description.paths)).toContain('/v1/contexts/{*}')
  expect(await (await ask('/metrics', { key: (await key()).key })).text()).toContain('hcfs_commits ')
})
