import { Type } from 'typebox'
import { callerSignal } from '../answers/caller-signal.ts'
import { COUNT, TIMEOUT_MS } from '../schemas/addresses.ts'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const CreateBody = Type.Object(
  {
    role: Type.Union([Type.Literal('read'), Type.Literal('write'), Type.Literal('admin')]),
    under: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    expiresInMs: Type.Optional(COUNT)
  },
  STRICT
)
const RotateBody = Type.Object({ id: Type.String(), overlapMs: Type.Optional(TIMEOUT_MS) }, STRICT)
const RevokeBody = Type.Object({ id: Type.String() }, STRICT)

/** API keys, for the user who runs the node: a key never makes others. */
export function registerKeyRoutes({ app, nodeOf }: Pick<RoutesComponents, 'app' | 'nodeOf'>): void {
  app.get('/v1/keys', ({ raw }, reply) => nodeOf(raw).keys.list({ signal: callerSignal(reply.raw) }))
  app.post('/v1/keys', { schema: { body: CreateBody } }, ({ body, raw }, reply) =>
    nodeOf(raw).keys.create({ ...body, signal: callerSignal(reply.raw) })
  )
  app.post('/v1/keys/rotate', { schema: { body: RotateBody } }, ({ body, raw }, reply) => {
    const { id, ...options } = body
    return nodeOf(raw).keys.rotate(id, { ...options, signal: callerSignal(reply.raw) })
  })
  app.post('/v1/keys/revoke', { schema: { body: RevokeBody } }, async ({ body, raw }, reply) => {
    await nodeOf(raw).keys.revoke(body.id, { signal: callerSignal(reply.raw) })
    return { revoked: true }
  })
}
