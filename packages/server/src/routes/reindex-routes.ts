import type { JsonObject, ReindexProgress, ReindexReport } from '@hcfs/core'
import { Type } from 'typebox'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const ReindexBody = Type.Object({ embedder: Type.Optional(Type.Unsafe<JsonObject>({ type: 'object' })) }, STRICT)

/** Only for the user who runs the node: an embedder may be a module of code, or a server that texts are sent to. */
export function registerReindexRoutes({
  app,
  nodeOf,
  streams
}: Pick<RoutesComponents, 'app' | 'nodeOf' | 'streams'>): void {
  app.post('/v1/reindex', { schema: { body: ReindexBody } }, (request, reply) =>
    streams.progress<ReindexProgress, ReindexReport>({ request, reply }, (context) =>
      nodeOf(request.raw).reindex({ ...request.body, ...context })
    )
  )
}
