import { compareText } from '../content/content.ts'
import { formatPointer } from '../content/json-pointer.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { parametersInvalid, templateInvalid } from './template-errors.ts'

type Check = (value: JsonValue, limit: JsonValue) => string | undefined

const TYPES: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isJsonObject
}

/** Each says what is wrong with a value; one that is about another type says nothing. No regular expressions: templates come from others. */
const CHECKS: Readonly<Record<string, Check>> = {
  type: (value, type) => (TYPES[String(type)]?.(value) === true ? undefined : `is not of type ${String(type)}`),
  enum: (value, all) =>
    Array.isArray(all) && all.some((each) => isSame(each, value)) ? undefined : `is none of ${JSON.stringify(all)}`,
  const: (value, only) => (isSame(value, only) ? undefined : `is not ${JSON.stringify(only)}`),
  minLength: (value, least) => (lengthOf(value) < Number(least) ? `is shorter than ${Number(least)}` : undefined),
  maxLength: (value, most) => (lengthOf(value) > Number(most) ? `is longer than ${Number(most)}` : undefined),
  minimum: (value, least) =>
    typeof value === 'number' && value < Number(least) ? `is less than ${Number(least)}` : undefined,
  maximum: (value, most) =>
    typeof value === 'number' && value > Number(most) ? `is more than ${Number(most)}` : undefined,
  minItems: (value, least) =>
    Array.isArray(value) && value.length < Number(least) ? `has fewer than ${Number(least)} items` : undefined,
  maxItems: (value, most) =>
    Array.isArray(value) && value.length > Number(most) ? `has more than ${Number(most)} items` : undefined
}

/** They lead to other schemas, or are for people. */
const OTHER_KEYWORDS = ['properties', 'required', 'items', 'default', 'title', 'description', 'examples', '$schema']

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/
const SCHEMA_DEPTH_MAX = 8

/**
 * The parameters of a template as it gets them: checked, and with their defaults. A keyword that is
 * not known is refused, because what it asks for would silently not hold. So is a parameter that the schema does
 * not name.
 */
export function parametersFor(schema: JsonObject, given: JsonObject): JsonObject {
  assertSchema(schema, [])
  const properties = propertiesOf(schema)
  for (const name of Object.keys(properties)) {
    if (!NAME.test(name)) throw templateInvalid('is no name for a parameter', formatPointer([name]))
  }
  return check({ ...given }, { type: 'object', ...schema }, [])
}

function assertSchema(schema: JsonValue | undefined, above: readonly string[]): void {
  const where = `parameters${formatPointer(above)}`
  if (!isJsonObject(schema)) throw templateInvalid('is no JSON Schema object', where)
  if (above.length > SCHEMA_DEPTH_MAX) throw templateInvalid('is too deep', where)
  for (const keyword of Object.keys(schema)) {
    if (Object.hasOwn(CHECKS, keyword) || OTHER_KEYWORDS.includes(keyword)) continue
    throw templateInvalid(`has the keyword ${keyword}, which is not supported`, where)
  }
  const { type, items } = schema
  if (type !== undefined && !(typeof type === 'string' && Object.hasOwn(TYPES, type))) {
    throw templateInvalid('has no type that JSON knows', where)
  }
  for (const [name, inner] of Object.entries(propertiesOf(schema))) assertSchema(inner, [...above, name])
  if (items !== undefined) assertSchema(items, [...above, 'items'])
}

function check<Value extends JsonValue>(value: Value, schema: JsonObject, keys: readonly string[]): Value
function check(value: JsonValue, schema: JsonObject, keys: readonly string[]): JsonValue {
  for (const [keyword, limit] of Object.entries(schema)) {
    const wrong = CHECKS[keyword]?.(value, limit)
    if (wrong !== undefined) throw parametersInvalid(wrong, formatPointer(keys) || 'list')
  }
  const { items } = schema
  if (Array.isArray(value) && isJsonObject(items)) {
    return value.map((each: JsonValue, index) => check(each, items, [...keys, String(index)]))
  }
  return isJsonObject(value) && schema['properties'] !== undefined ? checkMembers(value, schema, keys) : value
}

function checkMembers(value: JsonObject, schema: JsonObject, keys: readonly string[]): JsonObject {
  const properties = propertiesOf(schema)
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(properties, name))
  if (unknown !== undefined) {
    const known = Object.keys(properties).sort(compareText).join(', ')
    throw parametersInvalid(`is not known; there are ${known}`, formatPointer([...keys, unknown]))
  }
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const members = Object.entries(properties).flatMap(([name, inner]): [string, JsonValue][] => {
    if (!isJsonObject(inner)) return []
    const member = Object.hasOwn(value, name) ? value[name] : inner['default']
    if (member !== undefined) return [[name, check(member, inner, [...keys, name])]]
    if (required.includes(name)) throw parametersInvalid('is missing', formatPointer([...keys, name]))
    return []
  })
  return Object.fromEntries(members)
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {}
}

/** Of a text, in characters. */
function lengthOf(value: JsonValue): number {
  return typeof value === 'string' ? [...value].length : Number.NaN
}

function isSame(left: JsonValue, right: JsonValue): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((each: JsonValue, index) => isSame(each, right[index] ?? null))
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return left === right
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key] ?? null, right[key] ?? null))
  )
}
