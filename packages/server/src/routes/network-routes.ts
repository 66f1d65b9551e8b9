import { commitId } from '@hcfs/core'
import { Type } from 'typebox'
import { callerSignal } from '../answers/caller-signal.ts'
import { patienceOf } from '../answers/patience.ts'
import { COUNT, TIMEOUT_MS } from '../schemas/addresses.ts'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const NetworkQuery = Type.Object({ path: Type.Optional(Type.String()) }, STRICT)
const WaitBody = Type.Object({ under: Type.Optional(Type.String()), timeoutMs: Type.Optional(TIMEOUT_MS) }, STRICT)
const ReplicatedBody = Type.Object(
  { commit: Type.String(), copies: COUNT, timeoutMs: Type.Optional(TIMEOUT_MS) },
  STRICT
)
const ROLE = Type.Union([Type.Literal('read'), Type.Literal('write'), Type.Literal('admin')])
const InviteBody = Type.Object(
  {
    role: ROLE,
    under: Type.Optional(Type.String()),
    expiresInMs: Type.Optional(COUNT),
    uses: Type.Optional(COUNT)
  },
  STRICT
)
const MemberBody = Type.Object({ member: Type.String() }, STRICT)
const RevokeBody = Type.Object({ member: Type.String(), dryRun: Type.Optional(Type.Boolean()) }, STRICT)
const SpaceBody = Type.Object({ path: Type.String() }, STRICT)

/** The network of the node: how its replicas stand, and who belongs to it. */
export function registerNetworkRoutes(components: Pick<RoutesComponents, 'app' | 'nodeOf'>): void {
  registerConvergence(components)
  registerMembership(components)
}

function registerConvergence({ app, nodeOf }: Pick<RoutesComponents, 'app' | 'nodeOf'>): void {
  app.get('/v1/network', { schema: { querystring: NetworkQuery } }, ({ query, raw }, reply) =>
    nodeOf(raw).network.status(query.path, { signal: callerSignal(reply.raw) })
  )
  app.post('/v1/wait', { schema: { body: WaitBody } }, ({ body, headers, raw }, reply) =>
    nodeOf(raw).network.wait({
      ...body,
      ...patienceOf(headers, reply, body.timeoutMs),
      signal: callerSignal(reply.raw)
    })
  )
  app.get('/v1/peers', ({ raw }, reply) => nodeOf(raw).network.peers({ signal: callerSignal(reply.raw) }))
  app.post('/v1/compare', ({ raw }, reply) => nodeOf(raw).network.compare({ signal: callerSignal(reply.raw) }))
  app.post('/v1/replicated', { schema: { body: ReplicatedBody } }, ({ body, headers, raw }, reply) => {
    const { commit, copies, timeoutMs } = body
    return nodeOf(raw).network.replicated(commitId(commit), {
      copies,
      ...patienceOf(headers, reply, timeoutMs),
      signal: callerSignal(reply.raw)
    })
  })
}

function registerMembership({ app, nodeOf }: Pick<RoutesComponents, 'app' | 'nodeOf'>): void {
  app.get('/v1/members', ({ raw }, reply) => nodeOf(raw).network.members({ signal: callerSignal(reply.raw) }))
  app.post('/v1/invite', { schema: { body: InviteBody } }, ({ body, raw }, reply) =>
    nodeOf(raw).network.invite({ ...body, signal: callerSignal(reply.raw) })
  )
  app.post('/v1/members/revoke', { schema: { body: RevokeBody } }, ({ body, raw }, reply) => {
    const { member, ...request } = body
    return nodeOf(raw).network.revoke(member, { ...request, signal: callerSignal(reply.raw) })
  })
  app.post('/v1/members/suspend', { schema: { body: MemberBody } }, ({ body, raw }, reply) =>
    nodeOf(raw).network.suspend(body.member, { signal: callerSignal(reply.raw) })
  )
  app.post('/v1/members/forget', { schema: { body: MemberBody } }, ({ body, raw }, reply) =>
    nodeOf(raw).network.forget(body.member, { signal: callerSignal(reply.raw) })
  )
  app.post('/v1/spaces', { schema: { body: SpaceBody } }, ({ body, raw }, reply) =>
    nodeOf(raw).network.addSpace(body.path, { signal: callerSignal(reply.raw) })
  )
}
