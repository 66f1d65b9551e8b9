import type { SubtreeOptions, SubtreeProgress, SubtreeReceipt } from '@hcfs/core'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { callerOf } from '../answers/caller.ts'
import type { Exchange } from '../answers/streams.ts'
import { PathParams, pathOf } from '../schemas/addresses.ts'
import { NOTE, PRECONDITIONS, STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const OPTIONS = { recursive: Type.Optional(Type.Boolean()), ...PRECONDITIONS, ...NOTE }
const OnePathBody = Type.Object({ path: Type.String(), ...OPTIONS }, STRICT)
const TwoPathsBody = Type.Object({ from: Type.String(), to: Type.String(), ...OPTIONS }, STRICT)

/** Operations on whole subtrees. They may take many commits, so they tell how far they are. */
export function registerSubtreeRoutes({ app, nodeOf, streams }: RoutesComponents): void {
  const answer = (exchange: Exchange, write: (options: SubtreeOptions) => Promise<SubtreeReceipt>) =>
    streams.progress<SubtreeProgress, SubtreeReceipt>(exchange, (context) =>
      write({ ...callerOf(exchange.request.headers), ...context })
    )
  app.post('/v1/remove', { schema: { body: OnePathBody } }, (request, reply) => {
    const { path, ...options } = request.body
    return answer({ request, reply }, (context) =>
      nodeOf(request.raw).contexts.remove(path, { ...options, ...context })
    )
  })
  const undelete = (exchange: Exchange, { path, ...options }: Static<typeof OnePathBody>) =>
    answer(exchange, (context) => nodeOf(exchange.request.raw).contexts.undelete(path, { ...options, ...context }))
  app.post('/v1/undelete', { schema: { body: OnePathBody } }, (request, reply) =>
    undelete({ request, reply }, request.body)
  )
  app.post('/v1/undelete/*', { schema: { params: PathParams, body: Type.Object(OPTIONS, STRICT) } }, (request, reply) =>
    undelete({ request, reply }, { ...request.body, path: pathOf(request.params) })
  )
  app.post('/v1/move', { schema: { body: TwoPathsBody } }, (request, reply) => {
    const { from, to, ...options } = request.body
    return answer({ request, reply }, (context) =>
      nodeOf(request.raw).contexts.move(from, to, { ...options, ...context })
    )
  })
  app.post('/v1/copy', { schema: { body: TwoPathsBody } }, (request, reply) => {
    const { from, to, ...options } = request.body
    return answer({ request, reply }, (context) =>
      nodeOf(request.raw).contexts.copy(from, to, { ...options, ...context })
    )
  })
}
