import { isAbsolute } from 'node:path'
import type { VerifyProgress, VerifyReport } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { Type } from 'typebox'
import { callerSignal } from '../answers/caller-signal.ts'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const VerifyBody = Type.Object({ under: Type.Optional(Type.String()), repair: Type.Optional(Type.Boolean()) }, STRICT)
const BackupBody = Type.Object({ file: Type.String() }, STRICT)

/** The node as a whole. */
export function registerNodeRoutes({ app, nodeOf, streams }: RoutesComponents): void {
  app.get('/v1/status', ({ raw }, reply) => nodeOf(raw).status({ signal: callerSignal(reply.raw) }))
  app.get('/v1/horizons', (request, reply) =>
    streams.items({ request, reply }, (signal) => nodeOf(request.raw).proposedHorizons({ signal }))
  )
  app.post('/v1/verify', { schema: { body: VerifyBody } }, (request, reply) =>
    streams.progress<VerifyProgress, VerifyReport>({ request, reply }, (context) =>
      nodeOf(request.raw).verify({ ...request.body, ...context })
    )
  )
}

export interface OwnerRoutesComponents extends Pick<RoutesComponents, 'app' | 'nodeOf' | 'streams'> {
  /** Begins to stop the node; the answer does not wait for its end. */
  stop: () => void
}

/** What only the user who runs the node may do: these reach its process and its disk. */
export function registerOwnerRoutes({ app, nodeOf, streams, stop }: OwnerRoutesComponents): void {
  app.post('/v1/backup', { schema: { body: BackupBody } }, (request, reply) => {
    const { file } = request.body
    if (!isAbsolute(file)) throw new HcfsError('BAD_REQUEST', 'The node works elsewhere: name the file absolutely')
    return streams.progress({ request, reply }, ({ signal }) => nodeOf(request.raw).backup(file, { signal }))
  })
  app.post('/v1/stop', (_request, reply) => {
    reply.raw.once('close', stop)
    return reply.code(202).send({ stopping: true })
  })
}
