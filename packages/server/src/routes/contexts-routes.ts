import type { Receipt } from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError, parseDraftOperations } from '@hcfs/core'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { callerOf } from '../answers/caller.ts'
import { callerSignal } from '../answers/caller-signal.ts'
import { afterOf } from '../answers/causal-token.ts'
import { entityTag, isHeld, preconditionsOf } from '../answers/entity-tags.ts'
import { PathParams, pathOf, TIMEOUT_MS, versionOrTime } from '../schemas/addresses.ts'
import { BASE, NOTE, OPERATIONS, PARTS, STRICT } from '../schemas/contents.ts'
import type { RoutesComponents } from './routes.ts'

export const DRAFT_TYPE = 'application/vnd.hcfs.draft+json'

const ADDRESS = '/v1/contexts/*'

/** JSON may write one byte as six (`\u0001`), and whatever the node would take has to come through. */
const bodyLimit = 6 * FORMAT_LIMITS.contextBytesMax

const ReadQuery = Type.Object({ at: Type.Optional(Type.String()), timeoutMs: Type.Optional(TIMEOUT_MS) }, STRICT)
const PutQuery = Type.Object({ replace: Type.Optional(Type.Boolean()) }, STRICT)
const PutBody = Type.Object({ ...PARTS, ...BASE, ...NOTE }, STRICT)
const PatchBody = Type.Object({ ...OPERATIONS, ...BASE, ...NOTE }, STRICT)
const DeleteQuery = Type.Object({ recursive: Type.Optional(Type.Boolean()), ...NOTE }, STRICT)

/** One context: read, written, edited, removed. HEAD comes with GET. */
export function registerContextsRoutes(components: RoutesComponents): void {
  registerReading(components)
  registerWriting(components)
  registerEditing(components)
  registerRemoving(components)
}

function registerReading({ app, node }: RoutesComponents): void {
  const schema = { params: PathParams, querystring: ReadQuery }
  app.get(ADDRESS, { schema }, async ({ params, query, headers }, reply) => {
    const { at, timeoutMs } = query
    const context = await node.contexts.get(pathOf(params), {
      signal: callerSignal(reply.raw),
      ...(at !== undefined && { at: versionOrTime(at) }),
      ...afterOf(headers),
      ...(timeoutMs !== undefined && { timeoutMs })
    })
    reply.header('etag', entityTag(context.version))
    return isHeld(headers, context.version) ? reply.code(304).send() : context
  })
}

function registerWriting({ app, node, receipts }: RoutesComponents): void {
  const schema = { params: PathParams, querystring: PutQuery, body: PutBody }
  app.put(ADDRESS, { schema, bodyLimit }, async ({ params, query, body, headers }, reply) => {
    const { base, note, ...parts } = body
    const receipt = await node.contexts.put(pathOf(params), parts, {
      signal: callerSignal(reply.raw),
      ...callerOf(headers),
      ...preconditionsOf(headers),
      ...(query.replace !== undefined && { replace: query.replace }),
      ...(base !== undefined && { base }),
      ...(note !== undefined && { note })
    })
    return sendReceipt(reply, receipts.keep(receipt))
  })
}

function registerEditing({ app, node, receipts }: RoutesComponents): void {
  const schema = { params: PathParams, body: PatchBody }
  app.patch(ADDRESS, { schema, bodyLimit }, async ({ params, body, headers }, reply) => {
    // Other ways to say what changes may get a type of their own; plain JSON says nothing.
    if (headers['content-type']?.startsWith(DRAFT_TYPE) !== true) {
      throw new HcfsError('MEDIA_TYPE_UNSUPPORTED', `An edit is sent as ${DRAFT_TYPE}`)
    }
    const { operations, base, note } = body
    const receipt = await node.contexts.editRecorded(pathOf(params), parseDraftOperations(operations), {
      signal: callerSignal(reply.raw),
      ...callerOf(headers),
      ...preconditionsOf(headers),
      ...(base !== undefined && { base }),
      ...(note !== undefined && { note })
    })
    return sendReceipt(reply, receipts.keep(receipt))
  })
}

function registerRemoving({ app, node, receipts }: RoutesComponents): void {
  const schema = { params: PathParams, querystring: DeleteQuery }
  app.delete(ADDRESS, { schema }, async ({ params, query, headers }, reply) => {
    const { recursive, note } = query
    const receipt = await node.contexts.remove(pathOf(params), {
      signal: callerSignal(reply.raw),
      ...callerOf(headers),
      ...preconditionsOf(headers),
      ...(recursive !== undefined && { recursive }),
      ...(note !== undefined && { note })
    })
    return receipts.keep(receipt)
  })
}

function sendReceipt(reply: FastifyReply, receipt: Receipt): FastifyReply {
  return reply.header('etag', entityTag(receipt.version)).send(receipt)
}
