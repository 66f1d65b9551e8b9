import type { HybridTime } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import * as decoding from 'lib0/decoding'
import type { Writer } from '../document/ids.ts'
import type { MapRoot } from '../document/map-entry.ts'
import { isMapRoot, readMapEntry } from '../document/map-entry.ts'
import { KEY_SEPARATOR, keyOwner, ownedKey } from '../document/owned-key.ts'
import { readRegister } from '../document/register.ts'
import type { SessionOfClient } from './match-clients.ts'
import type { PlacedStruct } from './place-structs.ts'
import { pointerDepth } from './pointer-depth.ts'
import type { ScannedStruct } from './scan-update.ts'
import type { ScannedRegister, ScannedValue } from './scan-value.ts'
import type { UpdateErrorCode } from './update-refusal.ts'
import { updateRefusal } from './update-refusal.ts'

export interface ContentContext {
  readonly payload: Uint8Array
  readonly writer: Writer
  readonly sessions: SessionOfClient
  /** Of the header. */
  readonly hlc: HybridTime
}

const { fieldsDepthMax, metaValueBytesMax } = FORMAT_LIMITS

/** lib0 spells no value with more than nine times the bytes of its canonical encoding; the rest is the time. */
const META_BYTES_MAX = 9 * metaValueBytesMax + 16

/**
 * Checks what each struct holds against where it stands: text in the body, and
 * in the maps only entries that this writer may write, in this session, by this time.
 */
export function checkContents(structs: readonly PlacedStruct[], context: ContentContext): void {
  const check = new ContentCheck(context)
  for (const placed of structs) {
    if (placed.place.root === 'body') check.inBody(placed)
    else check.inMap(placed)
  }
}

class ContentCheck {
  readonly #context: ContentContext
  /** How the keys that each client may write end. A first body writes none. */
  readonly #keyEnds = new Map<number, string>()

  constructor(context: ContentContext) {
    this.#context = context
    for (const [client, session] of context.sessions) {
      if (session !== 'text') this.#keyEnds.set(client, ownedKey('', keyOwner(context.writer, session)))
    }
  }

  inBody({ struct }: PlacedStruct): void {
    if (struct.kind === 'value') throw refusal('UPDATE_CONTENT_FORBIDDEN', 'the body holds a value', struct)
  }

  inMap({ struct, place: { root, key } }: PlacedStruct): void {
    if (!isMapRoot(root) || key === undefined) throw refusal('UPDATE_ROOT_UNKNOWN', `${root} is no map`, struct)
    if (struct.kind === 'text') throw refusal('UPDATE_CONTENT_FORBIDDEN', 'a map holds text', struct)
    if (struct.rightOrigin !== undefined) {
      throw refusal('UPDATE_ORDER_BROKEN', 'an entry of a map has a right neighbour', struct)
    }
    const keyEnd = this.#keyEnds.get(struct.client)
    if (keyEnd === undefined || !key.endsWith(keyEnd)) {
      throw refusal('UPDATE_KEY_FOREIGN', 'it writes a key of somebody else', struct)
    }
    if (!this.#isEntry(root, key, struct.value)) {
      throw refusal('UPDATE_VALUE_INVALID', `an entry of ${root} is not one that can be written`, struct)
    }
    if (struct.value?.kind === 'register' && struct.value.time > this.#context.hlc) {
      throw refusal('UPDATE_TIME_AHEAD', 'a register is dated later than its commit', struct)
    }
  }

  /** Of a deleted entry the name counts, and whatever value it can have had. */
  #isEntry(root: MapRoot, key: string, value: ScannedValue | undefined): boolean {
    if (root === 'tags' || root === 'links')
      return value?.kind !== 'register' && readMapEntry(root, key, true) !== undefined
    if (value?.kind === 'mark') return false
    // What is in `meta` is small, and how small has to be measured.
    if (root === 'meta' && value?.depth !== undefined) return this.#isMetaRegister(key, value)
    const depth = pointerDepth(key, key.lastIndexOf(KEY_SEPARATOR))
    return depth !== undefined && depth + (value?.depth ?? 0) <= fieldsDepthMax
  }

  #isMetaRegister(key: string, { start, end }: ScannedRegister): boolean {
    if (end - start > META_BYTES_MAX) return false
    const stored: unknown = decoding.readAny(decoding.createDecoder(this.#context.payload.subarray(start, end)))
    return readRegister('meta', key, stored) !== undefined
  }
}

function refusal(code: UpdateErrorCode, reason: string, { client, clock }: ScannedStruct) {
  return updateRefusal(code, reason, { client, clock })
}
