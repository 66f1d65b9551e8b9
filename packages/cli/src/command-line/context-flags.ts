import type { ContextMeta, ContextParts, JsonObject, JsonValue, Link } from '@hcfs/core'
import { FieldEditor, parsePath, parsePointer } from '@hcfs/core'
import { usageError } from './usage-error.ts'

/** Flags that say what a context holds. */
export interface ContextFlags {
  readonly field?: readonly string[]
  readonly fields?: string
  readonly tag?: readonly string[]
  readonly link?: readonly string[]
  readonly title?: string
  readonly kind?: string
  readonly expires?: string
  readonly meta?: readonly string[]
}

export interface NamedValue {
  readonly keys: readonly string[]
  readonly value: JsonValue
}

/** For options that may stand several times. */
export function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

/** `key=value`; the key may be a JSON pointer, the value is JSON where it reads as such, and text otherwise. */
export function readNamedValue(option: string, text: string): NamedValue {
  const end = text.indexOf('=')
  if (end <= 0) throw usageError(`--${option} takes key=value, not "${text}"`)
  return { keys: readKeys(text.slice(0, end)), value: jsonOrText(text.slice(end + 1)) }
}

/** The name of a field: itself, or a JSON pointer such as `/owner/name`. */
export function readKeys(text: string): readonly string[] {
  if (!text.startsWith('/')) return [text]
  const keys = parsePointer(text)
  if (keys !== undefined) return keys
  throw usageError(`"${text}" is not a JSON pointer: in it, ~ is written ~0 and / is written ~1`)
}

/** `relation=/path`. */
export function readLink(text: string): Link {
  const end = text.indexOf('=')
  if (end <= 0) throw usageError(`--link takes relation=/path, not "${text}"`)
  return { rel: text.slice(0, end), to: parsePath(text.slice(end + 1)) }
}

/** Only the parts that flags name. */
export function partsOfFlags(flags: ContextFlags): Omit<ContextParts, 'body'> {
  const { tag, link } = flags
  const fields = fieldsOfFlags(flags)
  const meta = metaOfFlags(flags)
  return {
    ...(fields !== undefined && { fields }),
    ...(tag !== undefined && { tags: tag }),
    ...(link !== undefined && { links: link.map(readLink) }),
    ...(meta !== undefined && { meta })
  }
}

function fieldsOfFlags({ field, fields }: ContextFlags): JsonObject | undefined {
  if (field === undefined && fields === undefined) return undefined
  const named = (field ?? []).map((text) => readNamedValue('field', text))
  return withValues(fields === undefined ? {} : readObject('fields', fields), named)
}

function metaOfFlags({ title, kind, expires, meta }: ContextFlags): ContextMeta | undefined {
  const named = (meta ?? []).map((text) => readNamedValue('meta', text))
  const known = {
    ...(title !== undefined && { title }),
    ...(kind !== undefined && { kind }),
    ...(expires !== undefined && { expires: readExpiry(expires) })
  }
  if (named.length === 0 && Object.keys(known).length === 0) return undefined
  return withValues(known, named)
}

/** A time that is none would stand there and never come. */
function readExpiry(text: string): string {
  const time = /^\d{4}-/.test(text) ? new Date(text) : undefined
  if (time !== undefined && !Number.isNaN(time.getTime())) return time.toISOString()
  throw usageError(`--expires takes a time such as 2027-01-31T12:00:00Z, not "${text}"`)
}

function withValues(start: JsonObject, named: readonly NamedValue[]): JsonObject {
  const editor = new FieldEditor(start)
  for (const { keys, value } of named) editor.set(keys, value)
  return editor.toJson()
}

function readObject(option: string, text: string): JsonObject {
  let value: JsonValue
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw usageError(
      `--${option} takes a JSON object; this is not JSON: ${error instanceof Error ? error.message : ''}`
    )
  }
  if (isObject(value)) return value
  throw usageError(`--${option} takes a JSON object such as '{"status":"open"}'`)
}

function jsonOrText(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    return text
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
