import type { ContentSteps, ContextContent, DocId, HybridTime } from '@hcfs/core'
import * as Y from 'yjs'
import type { ClientRange } from './client-range.ts'
import type { DocumentRoots } from './document-roots.ts'
import { assertFewDeletes } from './edit-limits.ts'
import type { Writer } from './ids.ts'
import { clientIdOf, textClientIdOf } from './ids.ts'
import { keyOwner } from './owned-key.ts'
import type { TextEdit } from './text-diff.ts'

/** Who edits, and when. */
export interface EditOrigin {
  readonly writer: Writer
  /** Later than every edit the document holds. */
  readonly hlc: HybridTime
}

export interface SessionOrigin extends EditOrigin {
  /** See `sessionFor`. */
  readonly session: number
}

/** An edit that was checked and found possible. */
export interface EditPlan {
  readonly steps: ContentSteps
  readonly texts: readonly TextEdit[]
  /** The content that comes out. */
  readonly after: ContextContent
}

/** An edit as others get it. */
export interface Edit {
  /** A Yjs update in V1: the structs and the deletions of this edit and nothing else. */
  readonly payload: Uint8Array
  /** Text first; empty when the edit only deletes. */
  readonly clients: readonly ClientRange[]
}

export interface EditTransaction {
  readonly roots: DocumentRoots
  readonly docId: DocId
  readonly plan: EditPlan
  readonly origin: SessionOrigin
}

/** Makes the edit. Leaves the document's client id where it was last set. */
export function transactEdit(doc: Y.Doc, { roots, docId, plan, origin }: EditTransaction): Edit | undefined {
  const { writer, session, hlc } = origin
  const client = clientIdOf({ author: writer.author, incarnation: writer.incarnation, docId, session })
  const clock = Y.getState(doc.store, client)
  const { body } = plan.after
  const isFirstBody = body !== '' && !roots.hasBodyStructs
  const payload = updateOf(doc, () => {
    doc.clientID = isFirstBody ? textClientIdOf(docId, body) : client
    roots.writeBody(isFirstBody ? [{ at: 0, deleted: 0, inserted: body }] : plan.texts)
    doc.clientID = client
    roots.writeMaps(plan.steps, { owner: keyOwner(writer, session), time: hlc })
  })
  if (payload === undefined) return undefined
  const len = Y.getState(doc.store, client) - clock
  const text: ClientRange[] = isFirstBody ? [{ session: 'text', clock: 0, len: body.length }] : []
  return { payload, clients: len > 0 ? [...text, { session, clock, len }] : text }
}

/** The edit without the structs of its first body; `undefined` when that was all. */
export function withoutText({ payload, clients }: Edit, textClient: number): Edit | undefined {
  const known = clients.filter(({ session }) => session === 'text').map(({ len }) => [textClient, len] as const)
  const news = Y.diffUpdate(payload, Y.encodeStateVector(new Map(known)))
  const others = clients.filter(({ session }) => session !== 'text')
  // A first body has nothing to delete, so without other structs nothing is left.
  return others.length === 0 ? undefined : { payload: news, clients: others }
}

/** What a change amounts to, for those who have what was there before; `undefined` if nothing. */
function updateOf(doc: Y.Doc, change: () => void): Uint8Array | undefined {
  let payload: Uint8Array | undefined
  let deletes = 0
  const onUpdate = (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    payload = update
    deletes = countRanges(transaction.deleteSet)
  }
  doc.on('update', onUpdate)
  try {
    doc.transact(change)
  } finally {
    doc.off('update', onUpdate)
  }
  assertFewDeletes(deletes)
  return payload
}

function countRanges({ clients }: Y.Transaction['deleteSet']): number {
  let count = 0
  for (const ranges of clients.values()) count += ranges.length
  return count
}
