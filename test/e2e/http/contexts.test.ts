import { FORMAT_LIMITS } from '@hcfs/core'
import { expect, test } from 'vitest'
import { serveLocally } from './local-node.ts'
import type { RawRequest } from './raw-request.ts'
import { rawRequest } from './raw-request.ts'

async function servedContexts() {
  const { socketPath, node } = await serveLocally()
  const ask = (target: string, options?: RawRequest) => rawRequest(socketPath, target, options)
  return { ask, contexts: node.contexts }
}

test('a context is put and read, and its entity tag is its version', async () => {
  const { ask } = await servedContexts()
  const put = await ask('/v1/contexts/a/b', { method: 'PUT', body: { body: 'one', fields: { x: 1 } } })
  expect(put).toMatchObject({ status: 200 })
  expect(put.json()).toMatchObject({ path: '/a/b', durable: expect.any(String), token: expect.any(String) })
  const got = await ask('/v1/contexts/a/b')
  expect(got.json()).toMatchObject({ path: '/a/b', body: 'one', fields: { x: 1 } })
  expect(got.headers.etag).toBe(put.headers.etag)
  expect(put.json()).toMatchObject({ version: JSON.parse(put.headers.etag ?? '') })
})

test('a reader that holds the version is sent none', async () => {
  const { ask } = await servedContexts()
  const { headers } = await ask('/v1/contexts/a', { method: 'PUT', body: { body: 'one' } })
  const held = { 'if-none-match': `"other", ${headers.etag}` }
  expect(await ask('/v1/contexts/a', { headers: held })).toMatchObject({ status: 304, text: '' })
  expect(await ask('/v1/contexts/a', { headers: { 'if-none-match': '"other"' } })).toMatchObject({ status: 200 })
})

test('HEAD says what GET would, without the context', async () => {
  const { ask } = await servedContexts()
  const { headers } = await ask('/v1/contexts/a', { method: 'PUT', body: { body: 'one' } })
  const head = await ask('/v1/contexts/a', { method: 'HEAD' })
  expect(head).toMatchObject({ status: 200, text: '', headers: { etag: headers.etag } })
  expect(await ask('/v1/contexts/b', { method: 'HEAD' })).toMatchObject({ status: 404, text: '' })
})

test('If-Match and If-None-Match decide whether a put is made', async () => {
  const { ask } = await servedContexts()
  const put = (headers: Record<string, string>, body: string) =>
    ask('/v1/contexts/a', { method: 'PUT', headers, body: { body } })
  const first = await put({ 'if-none-match': '*' }, 'one')
  expect(first.status).toBe(200)
  expect((await put({ 'if-none-match': '*' }, 'two')).json()).toMatchObject({ code: 'VERSION_CONFLICT', status: 409 })
  expect((await put({ 'if-match': first.headers.etag ?? '' }, 'two')).status).toBe(200)
  expect((await put({ 'if-match': first.headers.etag ?? '' }, 'three')).json()).toMatchObject({
    code: 'VERSION_CONFLICT',
    details: { path: '/a' }
  })
  for (const headers of [{ 'if-match': '*' }, { 'if-match': 'W/"x"' }, { 'if-none-match': '"x"' }]) {
    expect((await put(headers, 'four')).json()).toMatchObject({ code: 'BAD_REQUEST' })
  }
})

test('replace clears the parts that a put does not name', async () => {
  const { ask, contexts } = await servedContexts()
  await contexts.put('/a', { body: 'one', tags: ['t'] })
  await ask('/v1/contexts/a', { method: 'PUT', body: { fields: { x: 1 } } })
  expect(await contexts.get('/a')).toMatchObject({ body: 'one', tags: ['t'], fields: { x: 1 } })
  await ask('/v1/contexts/a?replace=true', { method: 'PUT', body: { body: 'two' } })
  expect(await contexts.get('/a')).toMatchObject({ body: 'two', tags: [], fields: {} })
})

test('a recorded edit is merged with what came since its base', async () => {
  const { ask, contexts } = await servedContexts()
  const { version } = await contexts.put('/a', { body: 'one\n' })
  await contexts.put('/a', { body: 'zero\none\n' })
  const operations = [{ kind: 'body.insert', at: 4, text: 'two\n' }]
  const answer = await ask('/v1/contexts/a', {
    method: 'PATCH',
    headers: { 'content-type': 'application/vnd.hcfs.draft+json' },
    body: { operations, base: version, note: 'why' }
  })
  expect(answer.json()).toMatchObject({ merged: { base: version, parts: ['body'] } })
  expect((await contexts.get('/a')).body).toBe('zero\none\ntwo\n')
})

test('who asks is taken from headers, which may be any text, and never from the body', async () => {
  const { ask, contexts } = await servedContexts()
  const headers = {
    'hcfs-agent': encodeURIComponent('plänner 🚀'),
    'hcfs-run': 'run%2F7',
    'hcfs-origin': 'model'
  }
  await ask('/v1/contexts/a', { method: 'PUT', headers, body: { body: 'one' } })
  expect((await contexts.get('/a')).by).toEqual({ agent: 'plänner 🚀', run: 'run/7', origin: 'model' })
  const smuggled = await ask('/v1/contexts/a', { method: 'PUT', body: { body: 'two', by: { agent: 'another' } } })
  expect(smuggled.json()).toMatchObject({ code: 'BAD_REQUEST', detail: expect.stringContaining('by') })
})

test('segments are percent-encoded in addresses', async () => {
  const { ask, contexts } = await servedContexts()
  await contexts.put('/ä b/c%2Fd?#', { body: 'here' })
  const target = `/v1/contexts/${encodeURIComponent('ä b')}/${encodeURIComponent('c%2Fd?#')}`
  expect((await ask(target)).json()).toMatchObject({ path: '/ä b/c%2Fd?#', body: 'here' })
})

test('a version of as many heads as an entry may have fits into headers and addresses', async () => {
  const { ask, contexts } = await servedContexts()
  await contexts.put('/a', { body: 'one' })
  const version = Array.from({ length: FORMAT_LIMITS.entryDepsMax }, () => 'ab'.repeat(32)).join('.')
  expect(await ask('/v1/contexts/a', { headers: { 'if-none-match': `"${version}"` } })).toMatchObject({ status: 200 })
  expect((await ask(`/v1/contexts/a?at=${version}`)).json()).toMatchObject({ code: 'VERSION_UNKNOWN' })
})

test('a context is removed, and the one at the top is one too', async () => {
  const { ask, contexts } = await servedContexts()
  await ask('/v1/contexts/', { method: 'PUT', body: { body: 'top' } })
  expect((await contexts.get('/')).body).toBe('top')
  await contexts.put('/a/b', { body: 'below' })
  const removed = await ask('/v1/contexts/?recursive=true&note=all', { method: 'DELETE' })
  expect(removed.json()).toMatchObject({ path: '/', contexts: 2 })
  expect((await ask('/v1/contexts/')).json()).toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
})
