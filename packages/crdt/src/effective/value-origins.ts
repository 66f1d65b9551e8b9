import { doConflict, parsePointer, sectionName, sectionsOf } from '@hcfs/core'
import * as Y from 'yjs'
import type { ContextDocument } from '../document/context-document.ts'
import type { Register } from '../document/register.ts'
import { readRegister } from '../document/register.ts'
import { resolveRegisters } from '../document/register-map.ts'
import { readLinkEntry, readTagEntry } from '../document/set-entry.ts'
import { scanUpdate } from '../validation/scan-update.ts'

/** So many operations of one client, as Yjs names them. */
export interface WrittenRange {
  readonly client: number
  readonly clock: number
  readonly length: number
}

interface PlacedRange extends WrittenRange {
  /** Where its text begins in the body. */
  readonly at: number
}

/** What one update writes. The update was validated when it came. */
export function rangesOfUpdate(payload: Uint8Array): readonly WrittenRange[] {
  return scanUpdate(payload).sections
}

/**
 * Which operations made the values of a document, as it is now. Whoever knows which commit wrote
 * which operations knows from this who gave a value.
 */
export class ValueOrigins {
  readonly #document: ContextDocument
  readonly #fields = new Map<Register, WrittenRange>()
  readonly #tags: WrittenRange[] = []
  readonly #links: WrittenRange[] = []
  readonly #text: readonly PlacedRange[]

  constructor(document: ContextDocument) {
    this.#document = document
    for (const client of document.stateVector().keys()) {
      for (const struct of document.items.structsOf(client)) {
        if (struct instanceof Y.Item && !struct.deleted) this.#addItem(struct)
      }
    }
    // A register that lost against another gives nothing.
    for (const hidden of resolveRegisters([...this.#fields.keys()]).hidden) this.#fields.delete(hidden)
    this.#text = textRanges(document)
  }

  /** By key of a blame: a JSON pointer, `tags`, `links`, `body`, or `#` and headings. Empty for what is not there. */
  of(key: string): readonly WrittenRange[] {
    if (key === 'tags') return this.#tags
    if (key === 'links') return this.#links
    return key === 'body' || key.startsWith('#') ? this.#ofText(key) : this.#ofField(key)
  }

  #addItem(item: Y.Item): void {
    const { client, clock } = item.id
    const range = { client, clock, length: item.length }
    const place = this.#document.find(client, clock)
    const key = place?.key
    if (place === undefined || key === undefined) return
    const stored: unknown = item.content.getContent().at(-1)
    if (place.root === 'tags' && readTagEntry(key, stored) !== undefined) this.#tags.push(range)
    else if (place.root === 'links' && readLinkEntry(key, stored) !== undefined) this.#links.push(range)
    else if (place.root === 'fields') {
      const register = readRegister('fields', key, stored)
      if (register !== undefined) this.#fields.set(register, range)
    }
  }

  #ofField(pointer: string): readonly WrittenRange[] {
    const keys = parsePointer(pointer) ?? []
    return [...this.#fields].flatMap(([register, range]) =>
      register.value !== undefined && doConflict(register.keys, keys) ? [range] : []
    )
  }

  /** A section that this body does not have under that name came from it as a part of something else. */
  #ofText(key: string): readonly WrittenRange[] {
    if (key === 'body') return this.#text
    let start = 0
    for (const { trail, text } of sectionsOf(this.#document.content.body)) {
      if (sectionName(trail) === key) return this.#text.flatMap((range) => within(range, start, start + text.length))
      start += text.length
    }
    return this.#text
  }
}

function textRanges(document: ContextDocument): PlacedRange[] {
  const ranges: PlacedRange[] = []
  let at = 0
  for (let item = document.items.firstOfBody; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue
    ranges.push({ ...item.id, length: item.length, at })
    at += item.length
  }
  return ranges
}

/** The part of a range whose text lies from one place to another. */
function within({ client, clock, length, at }: PlacedRange, start: number, end: number): WrittenRange[] {
  const from = Math.max(at, start)
  const to = Math.min(at + length, end)
  return from < to ? [{ client, clock: clock + from - at, length: to - from }] : []
}
