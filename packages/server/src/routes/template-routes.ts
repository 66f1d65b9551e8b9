import type { ContextParts, JsonObject } from '@hcfs/core'
import { Type } from 'typebox'
import { callerOf } from '../answers/caller.ts'
import { callerSignal } from '../answers/caller-signal.ts'
import { NOTE, STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const Name = Type.Object({ name: Type.String() })
const AddBody = Type.Object(NOTE, STRICT)
const ApplyBody = Type.Object(
  {
    path: Type.String(),
    parameters: Type.Optional(Type.Unsafe<JsonObject>({ type: 'object' })),
    // What is in the parts is checked where they are written.
    customise: Type.Optional(
      Type.Unsafe<Readonly<Record<string, ContextParts>>>({ type: 'object', additionalProperties: { type: 'object' } })
    ),
    ...NOTE
  },
  STRICT
)

/** Subtrees to begin with. */
export function registerTemplateRoutes({ app, nodeOf }: Pick<RoutesComponents, 'app' | 'nodeOf'>): void {
  app.get('/v1/templates', {}, ({ raw }, reply) => nodeOf(raw).templates.list({ signal: callerSignal(reply.raw) }))
  app.get('/v1/templates/:name', { schema: { params: Name } }, ({ params, raw }, reply) =>
    nodeOf(raw).templates.get(params.name, { signal: callerSignal(reply.raw) })
  )
  app.post('/v1/templates/:name/apply', { schema: { params: Name, body: ApplyBody } }, (request, reply) => {
    const { path, ...options } = request.body
    return nodeOf(request.raw).templates.apply(request.params.name, path, {
      ...options,
      ...callerOf(request.headers),
      signal: callerSignal(reply.raw)
    })
  })
  app.post('/v1/templates/:name/add', { schema: { params: Name, body: AddBody } }, (request, reply) =>
    nodeOf(request.raw).templates.add(request.params.name, {
      ...request.body,
      ...callerOf(request.headers),
      signal: callerSignal(reply.raw)
    })
  )
}
