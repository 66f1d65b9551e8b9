import { HcfsError, NODE_LIMITS } from '@hcfs/core'
import { ContextDocument } from '../document/context-document.ts'
import type { StructLookup } from '../document/struct-lookup.ts'
import { firstContent } from './first-content.ts'
import { checkTextOrder } from './text-order.ts'
import type { UpdateContext, UpdateSummary } from './validate-update.ts'
import { validateUpdate } from './validate-update.ts'

/** What the entry and its past say about an update; the rest, the document knows. */
export type EntryContext = Omit<UpdateContext, 'docId' | 'lookup'>

export interface ApplyOptions {
  /**
   * Documents of at most so many bytes are tried on a copy first. A larger one
   * would cost more to copy than a bug in this package, which is all that the
   * copy can show, would cost to repair.
   *
   * @default `scratchDocumentBytesMax` of the node limits
   */
  readonly scratchBytesMax?: number
}

/** A document that nothing was written to: an update of it names nothing, either. */
const NO_STRUCTS: StructLookup = { find: () => undefined }

/**
 * Applies the update of somebody else, if it may be applied at all.
 *
 * 1. Every node decides the same: an `UPDATE_*` error says that the update is
 *    refused for ever, and depends on nothing but the entry and its past.
 * 2. Whatever is thrown, the document is unchanged. The one exception is
 *    `DOCUMENT_DAMAGED` for a document above `scratchBytesMax`: it has to be
 *    discarded and built anew.
 *
 * @throws TypeError when the document does not hold what the update builds upon:
 *   that is for the caller to see to.
 */
export function applyValidated(
  document: ContextDocument,
  payload: Uint8Array,
  context: EntryContext & ApplyOptions
): UpdateSummary {
  const { writer, clients, base, hlc, scratchBytesMax = NODE_LIMITS.scratchDocumentBytesMax.default } = context
  if (document.isUntouched && base.size === 0) {
    const { docId } = document
    const summary = validateUpdate(payload, { docId, writer, clients, base, hlc, lookup: NO_STRUCTS })
    const content = firstContent(payload, summary)
    if (content !== undefined) {
      document.begin({ payload, content })
      return summary
    }
  }
  const held = document.stateVector()
  assertHeld(held, base)
  const summary = validateUpdate(payload, { docId: document.docId, writer, clients, base, hlc, lookup: document })
  checkTextOrder(document.items, summary.structs, base)
  assertClocksFree(held, summary, base)
  const state = scratchBytesMax > 0 ? document.encodeState('v1') : undefined
  if (state !== undefined && state.bytes.length <= scratchBytesMax) {
    applySurely(ContextDocument.load(document.docId, state), payload)
  }
  applySurely(document, payload)
  return summary
}

function assertHeld(held: ReadonlyMap<number, number>, base: ReadonlyMap<number, number>): void {
  for (const [client, clock] of base) {
    if ((held.get(client) ?? 0) < clock) throw new TypeError('An update is applied after all that its author had seen')
  }
}

/**
 * A session goes on where it stopped, here too: its chain is one, so nobody can
 * have written there before. If somebody has, Yjs would take either for the other.
 */
function assertClocksFree(
  held: ReadonlyMap<number, number>,
  { sessions }: UpdateSummary,
  base: EntryContext['base']
): void {
  for (const [client, session] of sessions) {
    // A first body is the same structs, whoever brought it here.
    if (session === 'text' || (held.get(client) ?? 0) === (base.get(client) ?? 0)) continue
    throw new HcfsError(
      'DOCUMENT_CLOCK_TAKEN',
      'Another update has written under the ids of this one; see which is valid',
      {
        details: { client, session, clock: base.get(client) ?? 0 }
      }
    )
  }
}

function applySurely(document: ContextDocument, payload: Uint8Array): void {
  try {
    document.apply(payload)
  } catch (cause) {
    throw new HcfsError('DOCUMENT_DAMAGED', 'Yjs failed on a valid update; build the document anew and report this', {
      cause,
      details: { docId: document.docId, payloadBytes: payload.length }
    })
  }
}
