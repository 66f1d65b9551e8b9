import type { DeviceId, JsonValue, SearchAnswer, SearchRequest } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { callerSignal } from '../answers/caller-signal.ts'
import { afterOf } from '../answers/causal-token.ts'
import { NDJSON_TYPE } from '../answers/ndjson.ts'
import { patienceOf } from '../answers/patience.ts'
import { COUNT, TIMEOUT_MS } from '../schemas/addresses.ts'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

export const SearchBody = Type.Object(
  {
    text: Type.String(),
    literal: Type.Optional(Type.Boolean()),
    under: Type.Optional(Type.String()),
    effective: Type.Optional(Type.Boolean()),
    from: Type.Optional(Type.String()),
    limit: Type.Optional(COUNT),
    mode: Type.Optional(Type.Union([Type.Literal('hybrid'), Type.Literal('text'), Type.Literal('vector')])),
    tag: Type.Optional(Type.String()),
    kind: Type.Optional(Type.String()),
    fields: Type.Optional(Type.Unsafe<Readonly<Record<string, JsonValue>>>({ type: 'object' })),
    author: Type.Optional(Type.Unsafe<DeviceId>({ type: 'string' })),
    agent: Type.Optional(Type.String()),
    updatedAfter: Type.Optional(Type.String()),
    updatedBefore: Type.Optional(Type.String()),
    at: Type.Optional(Type.String()),
    diversity: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    strict: Type.Optional(Type.Boolean()),
    timeoutMs: Type.Optional(TIMEOUT_MS)
  },
  STRICT
)

/** A search is sent in a body, because what people look for is long and has no place in logs of addresses. */
export function registerSearchRoutes({
  app,
  nodeOf,
  streams
}: Pick<RoutesComponents, 'app' | 'nodeOf' | 'streams'>): void {
  app.post('/v1/search', { schema: { body: SearchBody } }, (request, reply) => {
    const { body, headers, raw } = request
    const search = (signal: AbortSignal): Promise<SearchAnswer> =>
      nodeOf(raw).search({
        ...searchRequest(body),
        ...afterOf(headers),
        ...patienceOf(headers, reply, body.timeoutMs),
        signal
      })
    if (!isLinesWanted(headers.accept)) return search(callerSignal(reply.raw))
    return streams.items({ request, reply }, (signal) => searchLines(search(signal)))
  })
}

/** Each hit by itself, so that a reader shows the first before it has the last; then what goes for all of them. */
async function* searchLines(searching: Promise<SearchAnswer>): AsyncGenerator<object> {
  const { hits, ...summary } = await searching
  for (const hit of hits) yield { hit }
  yield { summary }
}

function isLinesWanted(accept: string | undefined): boolean {
  return accept?.split(',').some((type) => type.trim().split(';')[0] === NDJSON_TYPE) === true
}

export function searchRequest({ updatedAfter, updatedBefore, at, ...plain }: Static<typeof SearchBody>): SearchRequest {
  return {
    ...plain,
    ...(updatedAfter !== undefined && { updatedAfter: timeOf('updatedAfter', updatedAfter) }),
    ...(updatedBefore !== undefined && { updatedBefore: timeOf('updatedBefore', updatedBefore) }),
    ...(at !== undefined && { at: timeOf('at', at) })
  }
}

function timeOf(field: string, text: string): Date {
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  throw new HcfsError('BAD_REQUEST', `${field} is not a time; write it in ISO 8601, such as 2026-01-31T12:00:00Z`, {
    details: { field: `body/${field}` }
  })
}
