import { FORMAT_LIMITS } from '@hcfs/core'
import type { DocumentRoot } from '../document/map-entry.ts'
import { DOCUMENT_ROOTS } from '../document/map-entry.ts'
import type { ScannedValue } from './scan-value.ts'
import { ValueScanner } from './scan-value.ts'
import { UpdateCursor } from './update-cursor.ts'

/** One operation, or the first of several: (client, clock), as Yjs names them. */
export interface StructId {
  readonly client: number
  readonly clock: number
}

/** One item of an update, without its content. */
export interface ScannedStruct extends StructId {
  /** How many clocks it takes. */
  readonly length: number
  readonly kind: 'text' | 'deleted' | 'value'
  readonly origin: StructId | undefined
  readonly rightOrigin: StructId | undefined
  /** Where it lives. `undefined` when the bytes do not say, because that follows from its origins. */
  readonly place: ScannedPlace | undefined
  /** What a struct of kind `value` holds. */
  readonly value: ScannedValue | undefined
  /** Where its content begins. */
  readonly contentAt: number
}

export interface ScannedPlace {
  readonly root: DocumentRoot
  readonly key: string | undefined
}

/** What one client writes: structs without a gap between them. */
export interface ScannedSection extends StructId {
  readonly length: number
  readonly structs: readonly ScannedStruct[]
}

export interface DeleteRange extends StructId {
  readonly length: number
}

export interface ScannedUpdate {
  /** In the order of the bytes: by falling client id. */
  readonly sections: readonly ScannedSection[]
  readonly structCount: number
  /** Sum of the lengths of all structs. */
  readonly length: number
  /** By falling client id, then by rising clock; no two touch. */
  readonly deletes: readonly DeleteRange[]
}

/** Bits of a struct's first byte; the five low ones say what it holds. */
const HAS_ORIGIN = 0x80
const HAS_RIGHT_ORIGIN = 0x40
const HAS_KEY = 0x20
const CONTENT_MASK = 0x1f

const CONTENT = { deleted: 1, text: 4, any: 8, subdocument: 9 } as const
const CONTENT_NAMES = ['GC', 'deleted', 'JSON', 'binary', 'text', 'embed', 'format', 'type', 'any', 'document', 'skip']

const PARENT_IS_ROOT = 1

const { commitPayloadBytesMax, entryClientsMax, updateStructsMax, updateLengthMax, updateDeletesMax } = FORMAT_LIMITS

/**
 * Reads the V1 bytes of an update and checks everything that can be told from
 * them alone: form, limits, and what each struct by itself is. Contents are
 * passed over, not built. Throws an `UPDATE_*` error at the first byte that
 * breaks a rule.
 *
 * Stricter than Yjs where Yjs accepts several spellings, and by that never of
 * another opinion about what the bytes say: numbers in their shortest form,
 * clients in falling order and each once, deletes sorted and merged, nothing empty.
 */
export function scanUpdate(payload: Uint8Array): ScannedUpdate {
  const cursor = new UpdateCursor(payload)
  if (payload.length > commitPayloadBytesMax) {
    throw cursor.refusal('UPDATE_TOO_LARGE', `${payload.length} bytes are more than ${commitPayloadBytesMax}`)
  }
  const scan = new UpdateScan(cursor)
  const sections = scan.readSections()
  const deletes = scan.readDeletes()
  if (cursor.bytesLeft > 0) throw cursor.refusal('UPDATE_TRAILING_BYTES', `${cursor.bytesLeft} bytes follow its end`)
  return { sections, structCount: scan.structCount, length: scan.length, deletes }
}

class UpdateScan {
  structCount = 0
  length = 0
  readonly #cursor: UpdateCursor
  readonly #values: ValueScanner

  constructor(cursor: UpdateCursor) {
    this.#cursor = cursor
    this.#values = new ValueScanner(cursor)
  }

  readSections(): ScannedSection[] {
    const count = this.#cursor.readUint()
    if (count > entryClientsMax) {
      throw this.#cursor.refusal('UPDATE_TOO_MANY_CLIENTS', `${count} clients are more than ${entryClientsMax}`)
    }
    const sections: ScannedSection[] = []
    for (let index = 0; index < count; index += 1) sections.push(this.#readSection(sections.at(-1)?.client))
    return sections
  }

  readDeletes(): DeleteRange[] {
    const count = this.#cursor.readUint()
    const deletes: DeleteRange[] = []
    for (let index = 0; index < count; index += 1) this.#readDeletesOfClient(deletes)
    return deletes
  }

  #readSection(clientBefore: number | undefined): ScannedSection {
    const count = this.#cursor.readUint()
    if (count === 0) throw this.#malformed('a client writes nothing')
    this.structCount += count
    if (this.structCount > updateStructsMax) {
      throw this.#cursor.refusal(
        'UPDATE_TOO_MANY_STRUCTS',
        `${this.structCount} structs are more than ${updateStructsMax}`
      )
    }
    const client = this.#readClient(clientBefore)
    const start = this.#cursor.readUint()
    const structs: ScannedStruct[] = []
    let clock = start
    for (let index = 0; index < count; index += 1) {
      const struct = this.#readStruct(client, clock)
      structs.push(struct)
      clock += struct.length
    }
    return { client, clock: start, length: clock - start, structs }
  }

  #readStruct(client: number, clock: number): ScannedStruct {
    const info = this.#cursor.readByte()
    const content = info & CONTENT_MASK
    if (content !== CONTENT.text && content !== CONTENT.any && content !== CONTENT.deleted)
      throw this.#forbidden(content)
    const origin = (info & HAS_ORIGIN) === 0 ? undefined : this.#readId()
    const rightOrigin = (info & HAS_RIGHT_ORIGIN) === 0 ? undefined : this.#readId()
    // With an origin the key's bit says nothing, and Yjs does not look at it.
    const place =
      origin === undefined && rightOrigin === undefined ? this.#readPlace((info & HAS_KEY) !== 0) : undefined
    const contentAt = this.#cursor.position
    const length = content === CONTENT.any ? this.#readCountOfOne() : this.#readLength(content)
    const value = content === CONTENT.any ? this.#values.scan() : undefined
    return { client, clock, length, kind: KINDS[content], origin, rightOrigin, place, value, contentAt }
  }

  #readPlace(hasKey: boolean): ScannedPlace {
    const parent = this.#cursor.readUint()
    if (parent > PARENT_IS_ROOT) throw this.#malformed('the parent of a struct is neither a root nor an id')
    if (parent !== PARENT_IS_ROOT)
      throw this.#cursor.refusal('UPDATE_PARENT_INVALID', 'a struct lies inside another one')
    const root = DOCUMENT_ROOTS.find((name) => this.#cursor.skipIfText(name))
    if (root === undefined) throw this.#rootUnknown()
    if (hasKey === (root === 'body')) {
      throw this.#cursor.refusal('UPDATE_PARENT_INVALID', hasKey ? 'text has a key' : `an entry of ${root} has no key`)
    }
    return { root, key: hasKey ? this.#cursor.readText() : undefined }
  }

  /** Each entry of a map is one value. Yjs joins neighbours in lists only. */
  #readCountOfOne(): number {
    if (this.#cursor.readUint() === 1) return this.#grow(1)
    throw this.#cursor.refusal('UPDATE_VALUE_INVALID', 'a struct does not hold exactly one value')
  }

  #readLength(content: typeof CONTENT.text | typeof CONTENT.deleted): number {
    const length = content === CONTENT.text ? this.#cursor.skipText() : this.#cursor.readUint()
    if (length === 0) throw this.#malformed('a struct is empty')
    return this.#grow(length)
  }

  #grow(length: number): number {
    this.length += length
    if (this.length <= updateLengthMax) return length
    throw this.#cursor.refusal('UPDATE_TOO_LONG', `its structs are longer than ${updateLengthMax} together`)
  }

  #readDeletesOfClient(deletes: DeleteRange[]): void {
    const client = this.#readClient(deletes.at(-1)?.client)
    const count = this.#cursor.readUint()
    if (count === 0) throw this.#malformed('a client has no deletes')
    if (deletes.length + count > updateDeletesMax) {
      throw this.#cursor.refusal('UPDATE_TOO_MANY_DELETES', `it deletes more than ${updateDeletesMax} ranges`)
    }
    let endBefore = -1
    for (let index = 0; index < count; index += 1) {
      const clock = this.#cursor.readUint()
      const length = this.#cursor.readUint()
      if (length === 0 || clock <= endBefore) throw this.#malformed('deletes are empty, out of order or not merged')
      endBefore = clock + length
      if (endBefore > Number.MAX_SAFE_INTEGER) throw this.#malformed('a delete ends above 2^53 - 1')
      deletes.push({ client, clock, length })
    }
  }

  #readClient(clientBefore: number | undefined): number {
    const client = this.#cursor.readUint()
    if (clientBefore === undefined || client < clientBefore) return client
    throw this.#malformed('its clients are not in falling order')
  }

  #readId(): StructId {
    return { client: this.#cursor.readUint(), clock: this.#cursor.readUint() }
  }

  #rootUnknown() {
    this.#cursor.skipText()
    return this.#cursor.refusal('UPDATE_ROOT_UNKNOWN', 'a struct lies in a root that no context has')
  }

  #forbidden(content: number) {
    if (content === CONTENT.subdocument) return this.#cursor.refusal('UPDATE_SUBDOCUMENT', 'it holds a document')
    const name = CONTENT_NAMES[content] ?? 'unknown'
    return this.#cursor.refusal('UPDATE_CONTENT_FORBIDDEN', `it holds content of a kind that no context has: ${name}`)
  }

  #malformed(reason: string) {
    return this.#cursor.refusal('UPDATE_MALFORMED', reason)
  }
}

const KINDS = { [CONTENT.deleted]: 'deleted', [CONTENT.text]: 'text', [CONTENT.any]: 'value' } as const
