import type { JsonObject, JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { parametersInvalid } from './template-errors.ts'

/** `{{name}}`; with a backslash before it, it stays as it is, without the backslash. */
const PLACEHOLDER = /(\\?)\{\{\s*([A-Za-z][A-Za-z0-9_-]*)\s*\}\}/g
const WHOLE = /^\{\{\s*([A-Za-z][A-Za-z0-9_-]*)\s*\}\}$/

/**
 * A text with its placeholders filled, each once: what is filled in is not looked at again. A name that is no
 * parameter is left as it stands, because other languages have such braces too.
 */
export function fillText(text: string, parameters: JsonObject): string {
  return text.replaceAll(PLACEHOLDER, (all: string, backslash: string, name: string) => {
    if (backslash !== '') return all.slice(1)
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (value === undefined) return all
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
}

/** A text that is nothing but a placeholder becomes the value itself, whatever its type. */
export function fillValue(value: JsonValue, parameters: JsonObject): JsonValue {
  if (typeof value === 'string') {
    const name = WHOLE.exec(value)?.[1]
    const whole = name !== undefined && Object.hasOwn(parameters, name) ? parameters[name] : undefined
    return whole ?? fillText(value, parameters)
  }
  if (Array.isArray(value)) return value.map((each: JsonValue) => fillValue(each, parameters))
  return isJsonObject(value) ? fillObject(value, parameters) : value
}

/** The names of its keys stay as they are. */
export function fillObject(object: JsonObject, parameters: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, fillValue(value, parameters)]))
}

/** A parameter names one segment of a path, never more: it cannot lead elsewhere. */
export function fillPath(path: string, parameters: JsonObject): string {
  return path
    .split('/')
    .map((segment) => {
      const filled = fillText(segment, parameters)
      if (!filled.includes('/') && (segment === '' || filled !== '')) return filled
      throw parametersInvalid('stands in a path: it is one segment of it, without a slash', segment)
    })
    .join('/')
}
