import type { ContextContent } from '@hcfs/core'
import * as decoding from 'lib0/decoding'
import { LINKS, TAGS } from '../document/document-roots.ts'
import type { MapRoot } from '../document/map-entry.ts'
import { sortedValues } from '../document/owned-set.ts'
import type { Register } from '../document/register.ts'
import { readRegister } from '../document/register.ts'
import { resolveRegisters } from '../document/register-map.ts'
import type { PlacedStruct } from './place-structs.ts'
import { UpdateCursor } from './update-cursor.ts'
import type { UpdateSummary } from './validate-update.ts'

type Entries = Readonly<Record<MapRoot, Map<string, unknown>>>

/**
 * The content that a validated update makes of an empty document, read from its bytes: most updates
 * are the first of their context, and a Yjs document for the sake of what they say is most of their cost.
 *
 * `undefined` for all but a list of values that stand for themselves (no deletions, no neighbours,
 * one piece of text, every key once): those are left to Yjs.
 */
export function firstContent(
  payload: Uint8Array,
  { structs, deletes }: Pick<UpdateSummary, 'structs' | 'deletes'>
): ContextContent | undefined {
  if (deletes.length > 0) return undefined
  const entries: Entries = { fields: new Map(), meta: new Map(), tags: new Map(), links: new Map() }
  let body: string | undefined
  for (const placed of structs) {
    if (!standsAlone(placed)) return undefined
    const { place, struct } = placed
    if (place.root === 'body') {
      if (body !== undefined) return undefined
      body = new UpdateCursor(payload, struct.contentAt).readText()
    } else if (!addEntry(entries[place.root as MapRoot], placed, payload)) return undefined
  }
  return Object.freeze({
    body: body ?? '',
    fields: objectOf('fields', entries.fields),
    tags: sortedValues(entries.tags, TAGS),
    links: sortedValues(entries.links, LINKS),
    meta: objectOf('meta', entries.meta)
  })
}

function standsAlone({ struct }: PlacedStruct): boolean {
  return struct.origin === undefined && struct.rightOrigin === undefined && struct.kind !== 'deleted'
}

/** False for a key that is written twice: which value wins is for Yjs to say. */
function addEntry(entries: Map<string, unknown>, { struct, place }: PlacedStruct, payload: Uint8Array): boolean {
  const { value } = struct
  if (place.key === undefined || value === undefined || entries.has(place.key)) return false
  entries.set(place.key, value.kind === 'mark' ? true : readStored(payload, value))
  return true
}

/** With the very decoder of Yjs, so that the values are those it would hold. */
function readStored(payload: Uint8Array, { start, end }: { start: number; end: number }): unknown {
  return decoding.readAny(decoding.createDecoder(payload.subarray(start, end)))
}

function objectOf(root: 'fields' | 'meta', entries: ReadonlyMap<string, unknown>): ContextContent['fields'] {
  const registers: Register[] = []
  for (const [key, stored] of entries) {
    const register = readRegister(root, key, stored)
    if (register !== undefined) registers.push(register)
  }
  return resolveRegisters(registers).kept.toJsonObject((register) => register.value)
}
