import type { ContextPath } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import { Type } from 'typebox'

/** The rest of an address, decoded by the router: the path of a context without its first slash. */
export const PathParams = Type.Object({ '*': Type.String() })

export function pathOf(params: { '*': string }): ContextPath {
  return parsePath(`/${params['*']}`)
}

/** Years come first in ISO 8601; a version is far longer than any time. */
const TIME_PATTERN = /^\d{4}-.{0,60}$/

/** `at`, `from`, `to` and `version` name a version, or a time in ISO 8601. The node refuses what is neither. */
export function versionOrTime(text: string): string | Date {
  return TIME_PATTERN.test(text) ? new Date(text) : text
}

export const COUNT = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
export const TIMEOUT_MS = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
