import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { serveNetwork } from './network-node.ts'

/** The description as it was when version 1 of the API was frozen. It may grow, and is never made anew. */
const FROZEN = join(import.meta.dirname, '../../../fixtures/http/openapi-v1.json')

interface BodySchema {
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
}

interface ResponseSchema {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly responses?: Readonly<Record<string, ResponseSchema>>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: BodySchema }>> }
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

test('what a client of version 1 sends is taken by this one', async () => {
  const frozen: Description = JSON.parse(readFileSync(FROZEN, 'utf8'))
  const { ask } = await serveNetwork()
  const current: Description = JSON.parse(await (await ask('/openapi.json')).text())
  const problems = Object.entries(frozen.paths).flatMap(([path, calls]) =>
    Object.entries(calls).flatMap(([method, before]) => {
      const now = current.paths[path]?.[method]
      return now === undefined ? [`${method} ${path} is gone`] : changesOf(`${method} ${path}`, before, now)
    })
  )
  expect(problems).toEqual([])
  expect(Object.keys(frozen.paths).length).toBeGreaterThan(25)
})

test('the answer of every call is described', async () => {
  const { ask } = await serveNetwork()
  const { paths }: Description = JSON.parse(await (await ask('/openapi.json')).text())
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({ call: `${method} ${path}`, responses }))
  )
  const without = (status: string): string[] =>
    calls.flatMap(({ call, responses }) => (schemaIn(responses?.[status]) === undefined ? [call] : []))
  expect([without('2XX'), without('default')]).toEqual([[], []])
})

test('answers are what their description says', async () => {
  const { ask, key, node } = await serveNetwork()
  const { key: text } = await key()
  const { version } = await node.contexts.put('/a', { body: 'one', tags: ['t'], links: [{ to: '/b', rel: 'see' }] })
  const { token } = await node.contexts.put('/a', { body: 'two', fields: { x: 1 } })
  const { paths }: Description = JSON.parse(await (await ask('/openapi.json')).text())
  const calls: [string, string, string, object?][] = [
    ['get', '/v1/contexts/{*}', '/v1/contexts/a'],
    ['get', '/v1/resolve/{*}', '/v1/resolve/a'],
    ['get', '/v1/status/{*}', '/v1/status/a'],
    ['get', '/v1/diff/{*}', `/v1/diff/a?from=${version}`],
    ['get', '/v1/status', '/v1/status'],
    ['get', '/v1/network', '/v1/network'],
    ['get', '/v1/members', '/v1/members'],
    ['get', '/v1/peers', '/v1/peers'],
    ['get', '/v1/templates', '/v1/templates'],
    ['get', '/healthz', '/healthz'],
    ['put', '/v1/contexts/{*}', '/v1/contexts/b', { body: 'new' }],
    ['post', '/v1/restore/{*}', '/v1/restore/a', { version }],
    ['post', '/v1/batch', '/v1/batch', { items: [{ put: { path: '/c', body: 'c' } }] }],
    ['post', '/v1/search', '/v1/search', { text: 'two', mode: 'text' }],
    ['post', '/v1/wait', '/v1/wait', {}],
    ['delete', '/v1/contexts/{*}', '/v1/contexts/b']
  ]
  for (const [method, path, target, body] of calls) {
    const json = { 'content-type': 'application/json', 'hcfs-after': token }
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: json }
    const answer: unknown = await (await ask(target, { method: method.toUpperCase(), key: text, ...init })).json()
    const schema = schemaIn(paths[path]?.[method]?.responses?.['2XX']) ?? {}
    expect.soft({ target, problems: Compile(schema).Check(answer) ? [] : answer }).toEqual({ target, problems: [] })
  }
})

test('a call that lost a member, or asks for one more, is found', () => {
  const before = operation({ properties: { a: {}, b: {} }, required: ['a'] })
  expect(changesOf('x', before, operation({ properties: { a: {} }, required: ['a'] }))).toEqual([
    'x takes no b any more'
  ])
  expect(changesOf('x', before, operation({ properties: { a: {}, b: {} }, required: ['a', 'b'] }))).toEqual([
    'x asks for b now'
  ])
})

function operation(schema: BodySchema): Operation {
  return { requestBody: { content: { 'application/json': { schema } } } }
}

function changesOf(name: string, before: Operation, now: Operation): string[] {
  const [old, recent] = [takenBy(before), takenBy(now)]
  return [
    ...[...old.all].filter((each) => !recent.all.has(each)).map((each) => `${name} takes no ${each} any more`),
    ...[...recent.required].filter((each) => !old.required.has(each)).map((each) => `${name} asks for ${each} now`)
  ]
}

function takenBy({ parameters = [], requestBody }: Operation): { all: Set<string>; required: Set<string> } {
  const { properties = {}, required = [] } = requestBody?.content['application/json']?.schema ?? {}
  return {
    all: new Set([...parameters.map(({ name }) => name), ...Object.keys(properties)]),
    required: new Set([...parameters.filter((each) => each.required).map(({ name }) => name), ...required])
  }
}

function schemaIn(response: ResponseSchema | undefined): object | undefined {
  return Object.values(response?.content ?? {})[0]?.schema
}
