import { ManualClock } from '@hcfs/core'
import { expect, test } from 'vitest'
import { serveNetwork } from './network-node.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

test('prefer says how long a read waits for what it has to see', async () => {
  const clock = new ManualClock()
  const { node, ask, key } = await serveNetwork({ clock })
  const { key: text } = await key()
  const { token } = await node.contexts.put('/a', { body: 'one' })
  const { key: other } = await (await serveNetwork()).key()
  expect(other).not.toBe(text)
  const seen = await ask('/v1/contexts/a', {
    key: text,
    headers: { 'hcfs-after': token, prefer: 'respond-async, wait=7' }
  })
  expect([seen.status, seen.headers.get('preference-applied')]).toEqual([200, 'wait=7'])
  const own = await ask('/v1/contexts/a?timeoutMs=5', { key: text, headers: { 'hcfs-after': token, prefer: 'wait=7' } })
  expect(own.headers.get('preference-applied')).toBeNull()
})

test('a write says its token in a header, which a read sends back', async () => {
  const { ask, key } = await serveNetwork()
  const { key: text } = await key()
  const put = await ask('/v1/contexts/a', { method: 'PUT', key: text, body: '{"body":"one"}', headers: JSON_TYPE })
  const token = put.headers.get('hcfs-token') ?? ''
  expect(await put.json()).toMatchObject({ token })
  expect((await ask('/v1/contexts/a', { key: text, headers: { 'hcfs-after': token } })).status).toBe(200)
  const removed = await ask('/v1/contexts/a', { method: 'DELETE', key: text })
  expect(await removed.json()).toMatchObject({ token: removed.headers.get('hcfs-token') })
})

test('a search is read line by line, and says the same as in one piece', async () => {
  const { node, ask, key } = await serveNetwork()
  const { key: text } = await key()
  await node.contexts.put('/a', { body: 'zebra one' })
  const { token } = await node.contexts.put('/b', { body: 'zebra two' })
  const search = (accept: string) =>
    ask('/v1/search', {
      method: 'POST',
      key: text,
      body: JSON.stringify({ text: 'zebra', mode: 'text' }),
      headers: { ...JSON_TYPE, accept, 'hcfs-after': token }
    })
  const whole: { hits: object[]; coverage: object; warnings: object } = JSON.parse(await (await search('*/*')).text())
  const lines = await search('application/x-ndjson')
  expect(lines.headers.get('content-type')).toBe('application/x-ndjson')
  const read: { hit?: object; summary?: object }[] = (await lines.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const { hits, ...summary } = whole
  expect(hits).toHaveLength(2)
  expect(read).toEqual([...hits.map((hit) => ({ hit })), { summary }])
})

test('a context is restored, and brought back, at its own address', async () => {
  const { node, ask, key } = await serveNetwork()
  const { key: text } = await key()
  const { version } = await node.contexts.put('/a/b', { body: 'one' })
  await node.contexts.put('/a/b', { body: 'two' })
  const post = (target: string, body: object) =>
    ask(target, { method: 'POST', key: text, body: JSON.stringify(body), headers: JSON_TYPE })
  const restored = await post('/v1/restore/a/b', { version, note: 'back' })
  expect(restored.headers.get('etag')).toContain((await node.contexts.get('/a/b')).version)
  expect((await node.contexts.get('/a/b')).body).toBe('one')
  await node.contexts.remove('/a/b')
  expect(await (await post('/v1/undelete/a/b', {})).text()).toContain('"contexts":1')
  expect((await node.contexts.get('/a/b')).body).toBe('one')
})

test('pages of an allowed origin may call with a key, and others may not read', async () => {
  const { ask, key } = await serveNetwork({ corsOrigins: ['https://app.example.org'] })
  const { key: text } = await key()
  const origin = 'https://app.example.org'
  const preflight = await ask('/v1/contexts/a', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type'
    }
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
  expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type')
  const allowed = await ask('/v1/status', { key: text, headers: { origin } })
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, origin])
  expect((await ask('/v1/status', { headers: { origin } })).status).toBe(401)
  const other = await ask('/v1/status', { key: text, headers: { origin: 'https://evil.example.org' } })
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
})

test('without the setting no page of another origin is let in', async () => {
  const { ask } = await serveNetwork()
  const headers = { origin: 'https://app.example.org', 'access-control-request-method': 'GET' }
  const preflight = await ask('/v1/status', { method: 'OPTIONS', headers })
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([401, null])
})

test.each(['*', 'https://app.example.org/', 'app.example.org', 'null'])('%s is no origin', async (origin) => {
  await expect(serveNetwork({ corsOrigins: [origin] })).rejects.toThrow(TypeError)
})
