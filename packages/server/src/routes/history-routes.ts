import { Type } from 'typebox'
import { callerOf } from '../answers/caller.ts'
import { callerSignal } from '../answers/caller-signal.ts'
import { COUNT, PathParams, pathOf, versionOrTime } from '../schemas/addresses.ts'
import { NOTE, PRECONDITIONS, STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const HistoryQuery = Type.Object({ limit: Type.Optional(COUNT), before: Type.Optional(Type.String()) }, STRICT)
const DiffQuery = Type.Object({ from: Type.String(), to: Type.Optional(Type.String()) }, STRICT)
const RestoreBody = Type.Object({ path: Type.String(), version: Type.String(), ...PRECONDITIONS, ...NOTE }, STRICT)

/** What a context was, and what the node holds of it. */
export function registerHistoryRoutes({ app, nodeOf, streams }: RoutesComponents): void {
  app.get('/v1/status/*', { schema: { params: PathParams } }, ({ params, raw }, reply) =>
    nodeOf(raw).contexts.status(pathOf(params), { signal: callerSignal(reply.raw) })
  )
  app.get('/v1/history/*', { schema: { params: PathParams, querystring: HistoryQuery } }, (request, reply) => {
    const path = pathOf(request.params)
    return streams.items({ request, reply }, (signal) =>
      nodeOf(request.raw).contexts.history(path, { ...request.query, signal })
    )
  })
  app.get('/v1/diff/*', { schema: { params: PathParams, querystring: DiffQuery } }, ({ params, query, raw }) => {
    const to = query.to === undefined ? undefined : versionOrTime(query.to)
    return nodeOf(raw).contexts.diff(pathOf(params), versionOrTime(query.from), to)
  })
  app.post('/v1/restore', { schema: { body: RestoreBody } }, async ({ body, headers, raw }, reply) => {
    const { path, version, ...options } = body
    const signal = callerSignal(reply.raw)
    return nodeOf(raw).contexts.restore(path, versionOrTime(version), {
      ...options,
      ...callerOf(headers),
      signal
    })
  })
}
