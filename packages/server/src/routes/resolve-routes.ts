import { Type } from 'typebox'
import { callerSignal } from '../answers/caller-signal.ts'
import { afterOf } from '../answers/causal-token.ts'
import { patienceOf } from '../answers/patience.ts'
import { PathParams, pathOf, TIMEOUT_MS } from '../schemas/addresses.ts'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const ResolveQuery = Type.Object(
  {
    blame: Type.Optional(Type.Union([Type.Literal('contexts'), Type.Literal('keys')])),
    top: Type.Optional(Type.String()),
    timeoutMs: Type.Optional(TIMEOUT_MS)
  },
  STRICT
)

/** What a path amounts to together with everything above it. */
export function registerResolveRoutes({ app, nodeOf }: Pick<RoutesComponents, 'app' | 'nodeOf'>): void {
  const schema = { params: PathParams, querystring: ResolveQuery }
  app.get('/v1/resolve/*', { schema }, ({ params, query, headers, raw }, reply) => {
    const { timeoutMs, ...options } = query
    return nodeOf(raw).contexts.resolve(pathOf(params), {
      ...options,
      ...afterOf(headers),
      ...patienceOf(headers, reply, timeoutMs),
      signal: callerSignal(reply.raw)
    })
  })
}
