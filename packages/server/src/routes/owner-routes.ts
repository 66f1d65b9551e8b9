import { isAbsolute } from 'node:path'
import { HcfsError } from '@hcfs/core'
import { Type } from 'typebox'
import { callerSignal } from '../answers/caller-signal.ts'
import { STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

const SealedFileBody = Type.Object({ file: Type.String(), passphrase: Type.String() }, STRICT)
const MemberBody = Type.Object({ member: Type.String() }, STRICT)

/** The owner's key, and this node's own membership: only for the user who runs the node. */
export function registerOwnershipRoutes({ app, nodeOf }: Pick<RoutesComponents, 'app' | 'nodeOf'>): void {
  app.post('/v1/leave', ({ raw }, reply) => nodeOf(raw).network.leave({ signal: callerSignal(reply.raw) }))
  app.post('/v1/owner/backup', { schema: { body: SealedFileBody } }, async ({ body, raw }, reply) => {
    const { passphrase } = body
    await nodeOf(raw).network.ownerBackup(absolute(body.file), { passphrase, signal: callerSignal(reply.raw) })
    return { done: true }
  })
  app.post('/v1/owner/transfer', { schema: { body: MemberBody } }, ({ body, raw }, reply) =>
    nodeOf(raw).network.ownerTransfer(body.member, { signal: callerSignal(reply.raw) })
  )
  app.post('/v1/owner/recover', { schema: { body: SealedFileBody } }, ({ body, raw }, reply) => {
    const { passphrase } = body
    return nodeOf(raw).network.ownerRecover(absolute(body.file), { passphrase, signal: callerSignal(reply.raw) })
  })
}

function absolute(file: string): string {
  if (isAbsolute(file)) return file
  throw new HcfsError('BAD_REQUEST', 'The node works elsewhere: name the file absolutely')
}
