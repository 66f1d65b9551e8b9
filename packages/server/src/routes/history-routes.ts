import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { callerOf } from '../answers/caller.ts'
import { callerSignal } from '../answers/caller-signal.ts'
import { sendReceipt } from '../answers/receipts.ts'
import { COUNT, PathParams, pathOf, versionOrTime } from '../schemas/addresses.ts'
import { NOTE, PRECONDITIONS, STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const HistoryQuery = Type.Object({ limit: Type.Optional(COUNT), before: Type.Optional(Type.String()) }, STRICT)
const DiffQuery = Type.Object({ from: Type.String(), to: Type.Optional(Type.String()) }, STRICT)
const RESTORE = { version: Type.String(), ...PRECONDITIONS, ...NOTE }
const RestoreBody = Type.Object({ path: Type.String(), ...RESTORE }, STRICT)

type Restoring = Static<typeof RestoreBody>

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
  const restore = async ({ headers, raw }: FastifyRequest, reply: FastifyReply, request: Restoring) => {
    const { path, version, ...options } = request
    const signal = callerSignal(reply.raw)
    const restored = { ...options, ...callerOf(headers), signal }
    return sendReceipt(reply, await nodeOf(raw).contexts.restore(path, versionOrTime(version), restored))
  }
  app.post('/v1/restore', { schema: { body: RestoreBody } }, (request, reply) => restore(request, reply, request.body))
  app.post('/v1/restore/*', { schema: { params: PathParams, body: Type.Object(RESTORE, STRICT) } }, (request, reply) =>
    restore(request, reply, { ...request.body, path: pathOf(request.params) })
  )
}
