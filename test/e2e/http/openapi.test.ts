import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serveNetwork } from './network-node.ts'

/** The description as it was when version 1 of the API was frozen. It may grow, and is never made anew. */
const FROZEN = join(import.meta.dirname, '../../../fixtures/http/openapi-v1.json')

interface BodySchema {
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
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
