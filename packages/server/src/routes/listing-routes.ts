import type { JsonValue, ListFilter } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { Type } from 'typebox'
import { afterOf } from '../answers/causal-token.ts'
import { patienceOf } from '../answers/patience.ts'
import { COUNT, PathParams, pathOf, TIMEOUT_MS } from '../schemas/addresses.ts'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const ListQuery = Type.Object(
  {
    recursive: Type.Optional(Type.Boolean()),
    tag: Type.Optional(Type.String()),
    kind: Type.Optional(Type.String()),
    fields: Type.Optional(Type.String()),
    limit: Type.Optional(COUNT),
    startAfter: Type.Optional(Type.String()),
    timeoutMs: Type.Optional(TIMEOUT_MS)
  },
  STRICT
)

interface FilterQuery {
  readonly tag: string | undefined
  readonly kind: string | undefined
  readonly fields: string | undefined
}

/** What there is below a path, what was removed there, and what it takes on disk. */
export function registerListingRoutes({ app, nodeOf, streams }: RoutesComponents): void {
  const schema = { params: PathParams, querystring: ListQuery }
  app.get('/v1/list/*', { schema }, (request, reply) => {
    const { tag, kind, fields, timeoutMs, ...options } = request.query
    const filter = filterOf({ tag, kind, fields })
    const path = pathOf(request.params)
    return streams.items({ request, reply }, (signal) =>
      nodeOf(request.raw).contexts.list(path, {
        ...options,
        ...(filter && { filter }),
        ...afterOf(request.headers),
        ...patienceOf(request.headers, reply, timeoutMs),
        signal
      })
    )
  })
  app.get('/v1/trash/*', { schema: { params: PathParams } }, (request, reply) => {
    const path = pathOf(request.params)
    return streams.items({ request, reply }, (signal) => nodeOf(request.raw).contexts.trash(path, { signal }))
  })
  app.get('/v1/disk-usage/*', { schema: { params: PathParams } }, (request, reply) => {
    const path = pathOf(request.params)
    return streams.items({ request, reply }, (signal) => nodeOf(request.raw).diskUsage(path, { signal }))
  })
}

/** No filter is not the same as an empty one: it shows folders too. */
function filterOf({ tag, kind, fields }: FilterQuery): ListFilter | undefined {
  if (tag === undefined && kind === undefined && fields === undefined) return undefined
  return {
    ...(tag !== undefined && { tag }),
    ...(kind !== undefined && { kind }),
    ...(fields !== undefined && { fields: wantedFields(fields) })
  }
}

function wantedFields(text: string): Readonly<Record<string, JsonValue>> {
  const value = parsedJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new HcfsError('BAD_REQUEST', 'fields is a JSON object from JSON pointers to wanted values', {
    details: { field: 'querystring/fields' }
  })
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
