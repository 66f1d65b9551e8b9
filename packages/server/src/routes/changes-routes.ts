import { HcfsError } from '@hcfs/core'
import { Type } from 'typebox'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const ChangesQuery = Type.Object(
  {
    under: Type.Optional(Type.String()),
    from: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    values: Type.Optional(Type.Boolean()),
    effective: Type.Optional(Type.Boolean())
  },
  STRICT
)

/** Changes as they happen. A reader that lost its connection says what it had last, and goes on after it. */
export function registerChangesRoutes({ app, nodeOf, streams }: RoutesComponents): void {
  app.get('/v1/changes', { schema: { querystring: ChangesQuery } }, (request, reply) => {
    const { under = '/', from, values, effective } = request.query
    const start = positionIn(request.headers['last-event-id']) ?? from
    const { contexts } = nodeOf(request.raw)
    return streams.events(
      { request, reply },
      (signal) =>
        contexts.watch(under, {
          signal,
          ...(start !== undefined && { from: start }),
          ...(values !== undefined && { values }),
          ...(effective !== undefined && { effective })
        }),
      () => start ?? contexts.feedPosition()
    )
  })
}

function positionIn(lastEventId: string | string[] | undefined): number | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined
  const position = Number(lastEventId)
  if (Number.isSafeInteger(position) && position >= 0) return position
  throw new HcfsError('BAD_REQUEST', 'The header last-event-id is the id of an event of this stream', {
    details: { field: 'headers/last-event-id' }
  })
}
