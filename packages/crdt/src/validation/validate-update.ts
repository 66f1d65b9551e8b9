import type { DocId, HybridTime } from '@hcfs/core'
import type { ClientRange } from '../document/client-range.ts'
import type { Writer } from '../document/ids.ts'
import type { StructLookup } from '../document/struct-lookup.ts'
import { checkContents } from './check-contents.ts'
import { checkSiblings } from './check-siblings.ts'
import type { SessionOfClient } from './match-clients.ts'
import { matchClients } from './match-clients.ts'
import type { PlacedStruct } from './place-structs.ts'
import { placeStructs } from './place-structs.ts'
import type { DeleteRange, ScannedUpdate } from './scan-update.ts'
import { scanUpdate } from './scan-update.ts'
import { updateRefusal } from './update-refusal.ts'

/** What the validity of an update depends on: its entry, its header, and the past they name. */
export interface UpdateContext {
  readonly docId: DocId
  readonly writer: Writer
  /** The clients that the entry declares. */
  readonly clients: readonly ClientRange[]
  /** How far each client is written in what the author saw: the state vector of the entry's `deps`. */
  readonly base: ReadonlyMap<number, number>
  /** Of the header. */
  readonly hlc: HybridTime
  /** The document that the update is meant for. It holds `base`, and may hold more. */
  readonly lookup: StructLookup
}

/** What an update does, for those who want to know without building it. */
export interface UpdateSummary {
  /** Each with the map entry, or the body, that it writes; in an order in which they can be integrated. */
  readonly structs: readonly PlacedStruct[]
  /** Sum of the lengths of all structs. */
  readonly length: number
  readonly deletes: readonly DeleteRange[]
  /** The session that each of its client ids stands for. */
  readonly sessions: SessionOfClient
}

/**
 * Decides whether the bytes of an entry may reach Yjs, which itself believes
 * what it is given. Refuses with an `UPDATE_*` error; the rules and their order
 * are in `docs/reference/update-validation.md`.
 *
 * 1. The answer depends on the bytes, the entry, its header and its past, never
 *    on what else the receiver holds: all nodes give the same one.
 * 2. Nothing is changed, and memory stays within a small multiple of the bytes.
 * 3. What remains to be checked is the order of texts, which needs the document:
 *    `checkTextOrder`.
 */
export function validateUpdate(payload: Uint8Array, context: UpdateContext): UpdateSummary {
  const update = scanUpdate(payload)
  const sessions = matchClients(payload, update, context)
  const structs = placeStructs(update, context)
  assertDeletesSeen(update, context.base)
  checkSiblings(structs)
  checkContents(structs, { payload, sessions, writer: context.writer, hlc: context.hlc })
  return { structs, length: update.length, deletes: update.deletes, sessions }
}

/** An author deletes what it saw, or what it writes in the same update. */
function assertDeletesSeen({ sections, deletes }: ScannedUpdate, base: UpdateContext['base']): void {
  const ends = new Map(sections.map(({ client, clock, length }) => [client, clock + length]))
  for (const { client, clock, length } of deletes) {
    if (clock + length <= (ends.get(client) ?? base.get(client) ?? 0)) continue
    throw updateRefusal('UPDATE_DELETE_UNKNOWN', 'it deletes what its author had not seen', { client, clock, length })
  }
}
