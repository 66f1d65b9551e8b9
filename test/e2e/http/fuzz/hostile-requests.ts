import fc from 'fast-check'

/** A request as it is written to a socket: nothing on the way tidies it up. */
export interface HostileRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
}

export interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const TRICKS = [
  '',
  '/',
  '//',
  '..',
  '../..',
  '/..',
  '%2e%2e',
  '%252e%252e',
  '..%2f..',
  '%00',
  '%0d%0aset-cookie:%20a=b',
  '%ff%fe',
  '%zz',
  '%',
  '\\..\\',
  '~',
  '.git/config',
  'a/./b',
  'CON',
  'a%2fb',
  '%F0%9F%9A%80',
  '%ED%A0%80',
  '?',
  '#',
  ';a=b',
  '__proto__',
  'constructor',
  'x'.repeat(5_000),
  'x/'.repeat(300)
] as const

const WORDS = [
  '/',
  '/a',
  '/a/b',
  'a',
  'disk',
  'hybrid',
  'ab'.repeat(32),
  '2026-01-31T12:00:00Z',
  '2026-99-99',
  '*'
] as const
const TEXTS = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.constantFrom(...TRICKS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\ud800',
    '\u0000',
    '\u202e',
    'a'.repeat(70_000),
    '"',
    "'; DROP TABLE x",
    'a AND (b',
    'NEAR(',
    '"*"',
    'tag:'
  )
)
/** No number that a call could take for a time to wait: it would wait. */
const NUMBERS = fc.constantFrom(0, 1, 2, 15, -1, 0.5, -0, 1e308, 5e-324, 2 ** 53, Number.MIN_SAFE_INTEGER)
const DEEP = '['.repeat(20_000) + ']'.repeat(20_000)

const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: TEXTS },
  { weight: 3, arbitrary: NUMBERS },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], { __proto__: null, a: 1 }) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      nested(70),
      nested(2_000),
      Array.from({ length: 3_000 }, () => 'x')
    )
  }
)

/** Requests at every call of a description: some fit its schema, most do not. */
export function hostileRequests({ paths }: Description, key: string): fc.Arbitrary<HostileRequest> {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => requestsAt(method.toUpperCase(), path, operation))
  )
  return fc.oneof(...calls, strayRequests).map((request) => ({
    ...request,
    headers: { authorization: `Bearer ${key}`, ...request.headers }
  }))
}

/** What no call is at. */
const strayRequests: fc.Arbitrary<HostileRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'),
  target: fc
    .array(fc.constantFrom(...TRICKS, 'v1', 'v2', 'contexts', 'docs', 'static', 'mcp', 'keys'), { maxLength: 6 })
    .map((parts) => encodedTarget(`/${parts.join('/')}`)),
  headers: headersOf('application/json'),
  body: bodyText(undefined)
})

function requestsAt(method: string, path: string, operation: Operation): fc.Arbitrary<HostileRequest> {
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const place = fc.oneof(fc.constantFrom('a', 'a/b', 'c', ''), fc.constantFrom(...TRICKS), fc.constantFrom(...TRICKS))
  const query = queryOf(operation)
  return fc.record({
    method: fc.constant(method),
    target: fc.tuple(place, query).map(([rest, search]) => encodedTarget(path.replace('{*}', rest) + search)),
    headers: headersOf(type ?? 'application/json'),
    ...(method !== 'GET' && { body: bodyText(content?.schema) })
  })
}

function queryOf({ parameters = [] }: Operation): fc.Arbitrary<string> {
  const names = parameters.filter((each) => each.in === 'query')
  const one = fc
    .tuple(fc.constantFrom('unknown', ...names.map(({ name }) => name)), fc.oneof(TEXTS, NUMBERS.map(String)))
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
  return fc.array(one, { maxLength: 3 }).map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`))
}

function headersOf(type: string): fc.Arbitrary<Record<string, string>> {
  const sometimes = (values: readonly string[]) => fc.option(fc.constantFrom(...values), { freq: 4 })
  return fc
    .record({
      'content-type': fc.oneof(
        { weight: 8, arbitrary: fc.constant(type) },
        {
          weight: 2,
          arbitrary: fc.constantFrom(
            'application/merge-patch+json',
            'application/vnd.hcfs.draft+json',
            'text/plain',
            ';'
          )
        }
      ),
      accept: sometimes(['application/x-ndjson', '*/*', 'text/html', ',,;q=x']),
      'accept-encoding': sometimes(['gzip', 'zstd', 'gzip;q=0', 'br;q=9,*']),
      'if-match': sometimes(['"x"', '*', 'W/"a"', '', '"'.repeat(300)]),
      'if-none-match': sometimes(['*', '"x", "y"', '', ',,,']),
      'hcfs-after': sometimes(['x', '', 'ab'.repeat(40), '%00', '{}', 'A'.repeat(4_000)]),
      'hcfs-agent': sometimes(['a', '%0d%0aset-cookie:a', '%zz', '%00', '%ED%A0%80', 'a'.repeat(20_000)]),
      'hcfs-origin': sometimes(['model', 'god', '__proto__', 'tool,user']),
      'idempotency-key': sometimes(['k1', 'k2', '', 'k'.repeat(300), '__proto__']),
      'last-event-id': sometimes(['0', '-1', 'x', '1e9', '9'.repeat(40)]),
      'hcfs-want-digest': sometimes(['sha-256', 'md5']),
      prefer: sometimes(['wait=0', 'wait=x', 'wait', ',;=', 'respond-async']),
      origin: sometimes(['null', 'https://example.org', 'file://', '*']),
      range: sometimes(['bytes=0-1', 'bytes=9999999-']),
      expect: fc.constant(null)
    })
    .map((headers) =>
      Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]))
      )
    )
}

function bodyText(schema: Schema | undefined): fc.Arbitrary<string> {
  const fitting = fittingJson(schema).map((value) => JSON.stringify(value) ?? '')
  return fc.oneof(
    { weight: 12, arbitrary: fitting },
    { weight: 2, arbitrary: hostileJson.map((value) => JSON.stringify(value) ?? 'undefined') },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '',
        '{',
        '{"a":',
        'null',
        '[]',
        '"',
        '{"__proto__":{"role":"admin"}}',
        '1e999',
        '\ufeff{}'
      )
    },
    { weight: 1, arbitrary: fc.constantFrom(DEEP, `{"body":"${'x'.repeat(300_000)}"}`) }
  )
}

/** Values of the schema's types for the most part, some of them left out, wrong or too many. */
function fittingJson(schema: Schema | undefined, name = ''): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: sampleOf(schema, name) }, { weight: 1, arbitrary: hostileJson })
}

function sampleOf(schema: Schema | undefined, name: string): fc.Arbitrary<unknown> {
  if (schema?.const !== undefined) return fc.constant(schema.const)
  if (schema?.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => sampleOf(each, name)))
  if (schema?.properties !== undefined) return objectOf(schema.properties)
  switch (schema?.type) {
    case 'string':
      return TEXTS
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      // Long waits are what was asked for, and not what is looked for here.
      return name.endsWith('Ms') ? fc.constantFrom(0, 1, 5) : NUMBERS
    case 'array':
      return fc.array(fittingJson(schema.items), { maxLength: 4 })
    default:
      return fc.oneof(fc.dictionary(TEXTS, hostileJson, { maxKeys: 4 }), hostileJson)
  }
}

function objectOf(properties: Readonly<Record<string, Schema>>): fc.Arbitrary<object> {
  const members = Object.entries(properties).map(([name, schema]): [string, fc.Arbitrary<unknown>] => [
    name,
    fittingJson(schema, name)
  ])
  const waiting = members.filter(([name]) => name === 'timeoutMs').map(([name]) => name)
  const extra = fc.option(fc.constantFrom('unknown', '__proto__', 'by'), { freq: 12 })
  return fc
    .tuple(fc.record(Object.fromEntries(members), { requiredKeys: waiting }), extra)
    .map(([value, more]) => (more === null ? value : Object.fromEntries([...Object.entries(value), [more, 1]])))
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = { a: value }
  return value
}

/** Only what a client library would refuse to put on a line by itself is encoded. */
function encodedTarget(target: string): string {
  return target.replaceAll(/[^\x21-\x7e]/gu, (letter) => encodeURIComponent(letter.toWellFormed()))
}
