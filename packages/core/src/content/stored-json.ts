import { HcfsError } from '../errors/hcfs-error.ts'
import type { JsonValue } from '../json.ts'
import { FORMAT_LIMITS } from '../limits/format-limits.ts'
import type { FieldKeys } from './json-pointer.ts'
import { formatPointer } from './json-pointer.ts'

/**
 * One value and where it stands. Objects are split into leaves; only an empty
 * object is one itself. Lists are not split.
 */
export interface Leaf {
  readonly keys: FieldKeys
  readonly value: JsonValue
}

export const EMPTY_OBJECT: JsonValue = Object.freeze({})

/** No update may carry more, so no edit can write them. */
const VALUES_MAX = FORMAT_LIMITS.updateValuesMax

/**
 * Splits a value that came from a caller into checked and frozen leaves; the
 * caller's own objects are neither kept nor changed. What is not plain JSON, or
 * too deep, is refused with `CONTENT_INVALID`.
 */
export function leavesOf(keys: FieldKeys, value: unknown): Leaf[] {
  assertFieldKeys(keys)
  const leaves: Leaf[] = []
  new LeafReader(leaves).read(keys, value)
  return leaves
}

export function assertFieldKeys(keys: FieldKeys): void {
  if (keys.length === 0) throw invalid('Name at least one key: fields as a whole cannot be written in one step', keys)
  assertDepth(keys, keys.length)
  for (const key of keys) if (!isFieldKey(key)) throw invalidKey(keys)
}

/** Whether a key can stand in a document: well-formed text without NUL, which separates a key from its writer. */
export function isFieldKey(key: unknown): key is string {
  return typeof key === 'string' && !key.includes('\u0000') && key.isWellFormed()
}

/**
 * Whether a value that came from a document is a leaf that `leavesOf` would have
 * written at this depth. Freezes it.
 */
export function isStoredLeaf(value: unknown, depth: number): value is JsonValue {
  if (typeof value !== 'object' || value === null) return isStoredScalar(value)
  if (Array.isArray(value)) return isStoredJson(value, depth)
  return isPlainObject(value) && Object.keys(Object.freeze(value)).length === 0
}

function isStoredJson(value: unknown, depth: number): value is JsonValue {
  if (depth > FORMAT_LIMITS.fieldsDepthMax) return false
  if (typeof value !== 'object' || value === null) return isStoredScalar(value)
  if (Array.isArray(value)) return Object.freeze(value).every((item) => isStoredJson(item, depth + 1))
  // Bytes, for one, cannot be frozen.
  if (!isPlainObject(value)) return false
  return Object.entries(Object.freeze(value)).every(([key, item]) => isKeyInList(key) && isStoredJson(item, depth + 1))
}

/** Reads a caller's value once, counting what it meets: shared references could make it grow without end. */
class LeafReader {
  readonly #leaves: Leaf[]
  #valuesLeft = VALUES_MAX

  constructor(leaves: Leaf[]) {
    this.#leaves = leaves
  }

  read(keys: FieldKeys, value: unknown): void {
    this.#enter(keys, keys.length)
    if (!isPlainObject(value)) {
      this.#leaves.push({ keys, value: this.#frozenCopy(keys, value, keys.length) })
      return
    }
    const names = Object.keys(value)
    if (names.length === 0) this.#leaves.push({ keys, value: EMPTY_OBJECT })
    for (const name of names) {
      if (!isFieldKey(name)) throw invalidKey(keys)
      this.read([...keys, name], value[name])
    }
  }

  #frozenCopy(keys: FieldKeys, value: unknown, depth: number): JsonValue {
    // One spelling of zero: -0 equals 0 everywhere except in the encoding.
    if (value === 0) return 0
    if (isScalar(value)) return value
    if (Array.isArray(value)) return this.#frozenList(keys, value, depth)
    if (isPlainObject(value)) return this.#frozenObject(keys, value, depth)
    throw invalid(`${describe(value)} is not JSON: convert it or leave it out`, keys)
  }

  #frozenList(keys: FieldKeys, list: readonly unknown[], depth: number): JsonValue {
    const copy: JsonValue[] = []
    // By index: a hole has to be met, as undefined, and refused.
    for (let index = 0; index < list.length; index += 1) copy.push(this.#copyInList(keys, list[index], depth + 1))
    return Object.freeze(copy)
  }

  #frozenObject(keys: FieldKeys, object: Readonly<Record<string, unknown>>, depth: number): JsonValue {
    const copy: Record<string, JsonValue> = {}
    for (const name of Object.keys(object)) {
      if (!isKeyInList(name)) throw invalid('An object in a list cannot have a key with NUL or named __proto__', keys)
      copy[name] = this.#copyInList(keys, object[name], depth + 1)
    }
    return Object.freeze(copy)
  }

  #copyInList(keys: FieldKeys, value: unknown, depth: number): JsonValue {
    this.#enter(keys, depth)
    return this.#frozenCopy(keys, value, depth)
  }

  #enter(keys: FieldKeys, depth: number): void {
    assertDepth(keys, depth)
    this.#valuesLeft -= 1
    if (this.#valuesLeft < 0) throw tooManyValues()
  }
}

/**
 * Inside a list keys go through Yjs's own decoder, which would take `__proto__`
 * for an assignment to the prototype; elsewhere keys stand in pointers, and
 * every name is fine.
 */
function isKeyInList(key: string): boolean {
  return key !== '__proto__' && isFieldKey(key)
}

function isStoredScalar(value: unknown): value is null | boolean | number | string {
  return isScalar(value) && !Object.is(value, -0)
}

function isScalar(value: unknown): value is null | boolean | number | string {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  return value === null || typeof value === 'boolean'
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function assertDepth(keys: FieldKeys, depth: number): void {
  const depthMax = FORMAT_LIMITS.fieldsDepthMax
  if (depth <= depthMax) return
  throw invalid(`Values are nested deeper than ${depthMax} levels: flatten them`, keys.slice(0, depthMax))
}

function describe(value: unknown): string {
  if (typeof value === 'string') return 'Text with half of a surrogate pair'
  if (typeof value === 'number') return String(value)
  return typeof value === 'object' ? 'An object of a class' : `A value of type ${typeof value}`
}

function invalidKey(keys: FieldKeys): HcfsError {
  return invalid('A key is well-formed text without the character NUL: rename it', keys.filter(isFieldKey))
}

function invalid(message: string, keys: FieldKeys): HcfsError {
  return new HcfsError('CONTENT_INVALID', message, { details: { pointer: formatPointer(keys) } })
}

function tooManyValues(): HcfsError {
  return new HcfsError('EDIT_TOO_LARGE', `One edit writes at most ${VALUES_MAX} values: write them in steps`, {
    details: { valuesMax: VALUES_MAX }
  })
}
