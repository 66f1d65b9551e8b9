import type { LogFields } from '@hcfs/core'
import { FORMAT_LIMITS, silentLogger } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import { expect, test } from 'vitest'
import { serveLocally } from './local-node.ts'
import { rawRequest } from './raw-request.ts'

const DRAFT = { 'content-type': 'application/vnd.hcfs.draft+json' }
const JSON_TYPE = { 'content-type': 'application/json' }

test('a failure is a problem body with the code and status of the registry', async () => {
  const { socketPath } = await serveLocally()
  const answer = await rawRequest(socketPath, '/v1/contexts/a')
  expect(answer.status).toBe(404)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(answer.json()).toEqual({
    type: 'urn:hcfs:error:CONTEXT_NOT_FOUND',
    title: 'Context not found',
    status: 404,
    detail: expect.stringContaining('/a'),
    code: 'CONTEXT_NOT_FOUND',
    details: { path: '/a' }
  })
})

test.each([
  ['a member of a wrong type', 'PUT', '/v1/contexts/a', { body: { body: 5 } }, 'body/body'],
  ['an element of a wrong type', 'PUT', '/v1/contexts/a', { body: { tags: ['t', 5] } }, 'body/tags/1'],
  ['a member that is not known', 'PUT', '/v1/contexts/a', { body: { text: 'one' } }, 'body/text'],
  ['a body that is no object', 'PUT', '/v1/contexts/a', { body: [] }, 'body'],
  ['a missing member', 'POST', '/v1/move', { body: { from: '/a' } }, 'body'],
  ['a part of an item', 'POST', '/v1/batch', { body: { items: [{ put: { body: 'no path' } }] } }, 'body/items/0/put'],
  [
    'two things in one item',
    'POST',
    '/v1/batch',
    { body: { items: [{ put: { path: '/a' }, remove: { path: '/b' } }] } },
    'body/items/0'
  ],
  ['a query that is not known', 'GET', '/v1/list/?deep=true', {}, 'querystring/deep'],
  ['a query of a wrong type', 'GET', '/v1/list/?limit=many', {}, 'querystring/limit'],
  ['a query that is given twice', 'GET', '/v1/list/?limit=1&limit=2', {}, 'querystring/limit'],
  ['a number out of range', 'GET', '/v1/history/a?limit=0', {}, 'querystring/limit'],
  ['wanted fields that are no object', 'GET', '/v1/list/?fields=%5B1', {}, 'querystring/fields'],
  [
    'an origin that is none',
    'PUT',
    '/v1/contexts/a',
    { body: {}, headers: { 'hcfs-origin': 'god' } },
    'headers/hcfs-origin'
  ],
  [
    'a header that is not encoded',
    'PUT',
    '/v1/contexts/a',
    { body: {}, headers: { 'hcfs-agent': '%zz' } },
    'headers/hcfs-agent'
  ],
  ['an event id that is none', 'GET', '/v1/changes', { headers: { 'last-event-id': 'x' } }, 'headers/last-event-id']
])('%s is a bad request that names the field', async (_, method, target, options, field) => {
  const { socketPath } = await serveLocally()
  const answer = await rawRequest(socketPath, target, { method, ...options })
  expect(answer.json()).toMatchObject({ code: 'BAD_REQUEST', status: 400, details: { field } })
})

test.each([
  ['an address that nothing has', 'GET', '/v2/contexts/a', {}, 'ROUTE_UNKNOWN'],
  ['a method that an address has not', 'POST', '/v1/contexts/a', { body: {} }, 'ROUTE_UNKNOWN'],
  ['an address that cannot be decoded', 'GET', '/v1/contexts/%zz', {}, 'BAD_REQUEST'],
  ['a path with dots', 'GET', '/v1/contexts/a/../b', {}, 'PATH_INVALID'],
  ['a path with encoded dots', 'GET', '/v1/contexts/a/%2e%2e/b', {}, 'PATH_INVALID'],
  ['a path with an empty segment', 'GET', '/v1/contexts/a//b', {}, 'PATH_INVALID'],
  ['JSON that is none', 'PUT', '/v1/contexts/a', { headers: JSON_TYPE, body: '{"body":' }, 'BAD_REQUEST'],
  ['a body that is missing', 'PUT', '/v1/contexts/a', { headers: JSON_TYPE }, 'BAD_REQUEST'],
  [
    'text',
    'PUT',
    '/v1/contexts/a',
    { headers: { 'content-type': 'text/plain' }, body: 'one' },
    'MEDIA_TYPE_UNSUPPORTED'
  ],
  ['an edit in plain JSON', 'PATCH', '/v1/contexts/a', { body: { operations: [] } }, 'MEDIA_TYPE_UNSUPPORTED'],
  [
    'an operation that is none',
    'PATCH',
    '/v1/contexts/a',
    { headers: DRAFT, body: { operations: [{ kind: 'x' }] } },
    'BAD_REQUEST'
  ],
  ['a time that is none', 'GET', '/v1/contexts/a?at=2026-99-99', {}, 'BAD_REQUEST'],
  ['a file of nowhere', 'POST', '/v1/backup', { body: { file: 'backup.tar' } }, 'BAD_REQUEST']
])('%s is refused', async (_, method, target, options, code) => {
  const { socketPath, node } = await serveLocally()
  await node.contexts.put('/a', { body: 'one' })
  const answer = await rawRequest(socketPath, target, { method, ...options })
  expect(answer.json()).toMatchObject({ code, status: answer.status })
})

test('a request that is larger than any context is refused before it is read', async () => {
  const { socketPath } = await serveLocally()
  const body = { body: 'x'.repeat(6 * FORMAT_LIMITS.contextBytesMax) }
  const answer = await rawRequest(socketPath, '/v1/contexts/a', { method: 'PUT', body })
  expect(answer.json()).toMatchObject({ code: 'REQUEST_TOO_LARGE', status: 413 })
})

test('what nobody expected is told to the log, not to the caller', async () => {
  const logged: [string, LogFields | undefined][] = []
  const log = { ...silentLogger, error: (event: string, fields?: LogFields) => void logged.push([event, fields]) }
  const node = await openNode({ memory: true })
  const secret = new Error('the secret is 42')
  node.contexts.get = () => Promise.reject(secret)
  const { socketPath } = await serveLocally({ node, log })
  const answer = await rawRequest(socketPath, '/v1/contexts/a')
  expect(answer.json()).toMatchObject({ code: 'INTERNAL', status: 500 })
  expect(answer.text).not.toContain('secret')
  expect(logged).toEqual([['request-failed', { route: 'GET /v1/contexts/*', error: secret }]])
})
