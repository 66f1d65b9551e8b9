import type { BatchItem } from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError, parseDraftOperations } from '@hcfs/core'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { callerOf } from '../answers/caller.ts'
import { callerSignal } from '../answers/caller-signal.ts'
import { BASE, NOTE, OPERATIONS, PARTS, PRECONDITIONS, STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

/** JSON may write one byte as six, and whatever fits one commit has to come through. */
const bodyLimit = 6 * FORMAT_LIMITS.commitPayloadBytesMax

const PATH = { path: Type.String() }
const PutItem = Type.Object(
  { ...PATH, ...PARTS, ...BASE, replace: Type.Optional(Type.Boolean()), ...PRECONDITIONS, ...NOTE },
  STRICT
)
const EditItem = Type.Object({ ...PATH, ...OPERATIONS, ...BASE, ...PRECONDITIONS, ...NOTE }, STRICT)
const RemoveItem = Type.Object({ ...PATH, ...PRECONDITIONS, ...NOTE }, STRICT)
const Item = Type.Object(
  { put: Type.Optional(PutItem), edit: Type.Optional(EditItem), remove: Type.Optional(RemoveItem) },
  { ...STRICT, minProperties: 1, maxProperties: 1 }
)
const BatchBody = Type.Object({ items: Type.Array(Item), atomic: Type.Optional(Type.Boolean()), ...NOTE }, STRICT)

/** Several writes in one request. */
export function registerBatchRoutes({ app, nodeOf }: RoutesComponents): void {
  app.post('/v1/batch', { schema: { body: BatchBody }, bodyLimit }, ({ body, headers, raw }, reply) => {
    const { items, ...options } = body
    return nodeOf(raw).contexts.batch(items.map(batchItem), {
      ...options,
      ...callerOf(headers),
      signal: callerSignal(reply.raw)
    })
  })
}

function batchItem({ put, edit, remove }: Static<typeof Item>): BatchItem {
  if (put !== undefined) return { put }
  if (edit !== undefined) {
    const { operations, ...options } = edit
    return { edit: { ...options, change: parseDraftOperations(operations) } }
  }
  if (remove !== undefined) return { remove }
  throw new HcfsError('BAD_REQUEST', 'Each item of a batch is a put, an edit or a remove')
}
