import type { JsonObject, JsonValue } from '@hcfs/core'
import { compareCodePoints } from '@hcfs/core'
import type { Block, Section } from './block.ts'

export interface FieldsText {
  /** One line a leaf, `key: value`; the offsets of chunks of fields point into it. */
  readonly text: string
  readonly sections: readonly Section[]
}

/** Deeper values are written as JSON; a format limit keeps contexts from being so deep. */
const FIELD_DEPTH_MAX = 64

/**
 * Fields as text: a line for each leaf, named by the keys down to it joined with
 * `/`, in the order of the keys. A list of plain values is one line; objects in
 * a list are named by their place in it.
 */
export function fieldsText(fields: JsonObject): FieldsText {
  const writer = new FieldsWriter()
  for (const key of Object.keys(fields).sort(compareCodePoints)) writer.write([key], fields[key] ?? null)
  return { text: writer.text, sections: writer.blocks.length === 0 ? [] : [writer.blocks] }
}

class FieldsWriter {
  readonly blocks: Block[] = []
  text = ''

  write(keys: readonly string[], value: JsonValue): void {
    const entries = keys.length > FIELD_DEPTH_MAX ? undefined : nestedEntries(value)
    if (entries === undefined) this.#line(keys, inlineText(value))
    else for (const [key, each] of entries) this.write([...keys, key], each)
  }

  #line(keys: readonly string[], value: string): void {
    const start = this.text.length
    const line = `${keys.join('/')}: ${value}`.trimEnd()
    this.text += `${line}\n`
    this.blocks.push({
      start,
      end: start + line.length,
      depth: keys.length - 1,
      headings: [],
      format: 'fields',
      cutBetween: 'sentences'
    })
  }
}

/** What a value holds that needs lines of its own; undefined for one that fits in a line. */
function nestedEntries(value: JsonValue): (readonly [string, JsonValue])[] | undefined {
  if (isList(value)) {
    if (value.every((each) => typeof each !== 'object' || each === null)) return undefined
    return value.map((each: JsonValue, index) => [String(index), each] as const)
  }
  if (typeof value !== 'object' || value === null) return undefined
  const nested: JsonObject = value
  const keys = Object.keys(nested).sort(compareCodePoints)
  return keys.length === 0 ? undefined : keys.map((key) => [key, nested[key] ?? null] as const)
}

function inlineText(value: JsonValue): string {
  if (typeof value === 'string') return value
  if (isList(value)) return value.map(inlineText).join(', ')
  return JSON.stringify(value)
}

/** `Array.isArray` does not know lists that cannot be written to. */
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
