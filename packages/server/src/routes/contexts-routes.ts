import type { Context, DraftOperation, Version } from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError, parseDraftOperations } from '@hcfs/core'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { callerOf } from '../answers/caller.ts'
import { callerSignal } from '../answers/caller-signal.ts'
import { afterOf } from '../answers/causal-token.ts'
import { entityTag, isHeld, preconditionsOf } from '../answers/entity-tags.ts'
import { patienceOf } from '../answers/patience.ts'
import { sendReceipt, TOKEN_HEADER } from '../answers/receipts.ts'
import { schemaError } from '../answers/schema-error.ts'
import { PathParams, pathOf, TIMEOUT_MS, versionOrTime } from '../schemas/addresses.ts'
import { BASE, NOTE, OPERATIONS, PARTS, STRICT } from '../schemas/contents.ts'
import { mergePatchOperations, parseContextPatch } from '../schemas/merge-patch.ts'
import type { RoutesComponents } from './routes.ts'

export const DRAFT_TYPE = 'application/vnd.hcfs.draft+json'
export const MERGE_PATCH_TYPE = 'application/merge-patch+json'

const ADDRESS = '/v1/contexts/*'

/** JSON may write one byte as six (`\u0001`), and whatever the node would take has to come through. */
const bodyLimit = 6 * FORMAT_LIMITS.contextBytesMax

const ReadQuery = Type.Object({ at: Type.Optional(Type.String()), timeoutMs: Type.Optional(TIMEOUT_MS) }, STRICT)
const PutQuery = Type.Object({ replace: Type.Optional(Type.Boolean()) }, STRICT)
const PutBody = Type.Object({ ...PARTS, ...BASE, ...NOTE }, STRICT)
const PatchBody = Type.Object({ ...OPERATIONS, ...BASE, ...NOTE }, STRICT)
const isRecordedDraft = Compile(PatchBody)
/** Which shape it has depends on the content type. */
const AnyBody = Type.Unsafe<unknown>({})
const PatchQuery = Type.Object({ ...BASE, ...NOTE }, STRICT)
const DeleteQuery = Type.Object({ recursive: Type.Optional(Type.Boolean()), ...NOTE }, STRICT)

/** One context: read, written, edited, removed. HEAD comes with GET. */
export function registerContextsRoutes(components: RoutesComponents): void {
  registerReading(components)
  registerWriting(components)
  registerEditing(components)
  registerRemoving(components)
}

function registerReading({ app, nodeOf }: RoutesComponents): void {
  const schema = { params: PathParams, querystring: ReadQuery }
  app.get(ADDRESS, { schema }, async ({ params, query, headers, raw }, reply) => {
    const { at, timeoutMs } = query
    const context = await nodeOf(raw).contexts.get(pathOf(params), {
      signal: callerSignal(reply.raw),
      ...(at !== undefined && { at: versionOrTime(at) }),
      ...afterOf(headers),
      ...patienceOf(headers, reply, timeoutMs)
    })
    reply.header('etag', entityTag(context.version))
    return isHeld(headers, context.version) ? reply.code(304).send() : context
  })
}

function registerWriting({ app, nodeOf }: RoutesComponents): void {
  const schema = { params: PathParams, querystring: PutQuery, body: PutBody }
  app.put(ADDRESS, { schema, bodyLimit }, async ({ params, query, body, headers, raw }, reply) => {
    const { base, note, ...parts } = body
    const receipt = await nodeOf(raw).contexts.put(pathOf(params), parts, {
      signal: callerSignal(reply.raw),
      ...callerOf(headers),
      ...preconditionsOf(headers),
      ...(query.replace !== undefined && { replace: query.replace }),
      ...(base !== undefined && { base }),
      ...(note !== undefined && { note })
    })
    return sendReceipt(reply, receipt)
  })
}

function registerEditing({ app, nodeOf }: RoutesComponents): void {
  const schema = { params: PathParams, querystring: PatchQuery, body: AnyBody }
  app.patch(ADDRESS, { schema, bodyLimit }, async ({ params, query, body, headers, raw }, reply) => {
    const { contexts } = nodeOf(raw)
    const path = pathOf(params)
    const signal = callerSignal(reply.raw)
    const type = headers['content-type'] ?? ''
    const { operations, base, note } = type.startsWith(MERGE_PATCH_TYPE)
      ? { ...query, ...(await mergedInto(() => contexts.get(path, atBase(query.base, signal)), body)) }
      : recordedDraft(type, body)
    const receipt = await contexts.editRecorded(path, operations, {
      signal,
      ...callerOf(headers),
      ...preconditionsOf(headers),
      ...(base !== undefined && { base }),
      ...(note !== undefined && { note })
    })
    return sendReceipt(reply, receipt)
  })
}

interface Edit {
  readonly operations: readonly DraftOperation[]
  readonly base?: Version
  readonly note?: string
}

function recordedDraft(type: string, body: unknown): Edit {
  if (!type.startsWith(DRAFT_TYPE)) {
    throw new HcfsError('MEDIA_TYPE_UNSUPPORTED', `A change is sent as ${MERGE_PATCH_TYPE} or as ${DRAFT_TYPE}`)
  }
  if (!isRecordedDraft.Check(body)) throw schemaError(isRecordedDraft.Errors(body), 'body')
  return { ...body, operations: parseDraftOperations(body.operations) }
}

/** A patch says what differs from a version: the one that is named, or the one that is there. */
async function mergedInto(read: () => Promise<Context>, body: unknown): Promise<Edit> {
  const patch = parseContextPatch(body)
  const context = await read()
  return { operations: mergePatchOperations(context, patch), base: context.version }
}

function atBase(base: Version | undefined, signal: AbortSignal): { at?: Version; signal: AbortSignal } {
  return { signal, ...(base !== undefined && { at: base }) }
}

function registerRemoving({ app, nodeOf }: RoutesComponents): void {
  const schema = { params: PathParams, querystring: DeleteQuery }
  app.delete(ADDRESS, { schema }, async ({ params, query, headers, raw }, reply) => {
    const { recursive, note } = query
    const receipt = await nodeOf(raw).contexts.remove(pathOf(params), {
      signal: callerSignal(reply.raw),
      ...callerOf(headers),
      ...preconditionsOf(headers),
      ...(recursive !== undefined && { recursive }),
      ...(note !== undefined && { note })
    })
    return reply.header(TOKEN_HEADER, receipt.token).send(receipt)
  })
}
