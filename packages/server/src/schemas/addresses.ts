import type { ContextPath } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import { Type } from 'typebox'

/** The rest of an address, decoded by the router: the path of a context without its first slash. */
export const PathParams = Type.Object({ '*': Type.String() })

export function pathOf(params: { '*': string }): ContextPath {
  return parsePath(`/${params['*']}`)
}

/** Years come first in ISO 8601; a version is far longer than any time. */
const TIME_PATTERN = /^\d{4}-.{0,60}$/

/** `at`, `from`, `to` and `version` name a version, or a time in ISO 8601. */
export function versionOrTime(text: string): string | Date {
  if (!TIME_PATTERN.test(text)) return text
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  throw new HcfsError('BAD_REQUEST', 'That is neither a version nor a time; write a time like 2026-01-31T12:00:00Z')
}

/** What names of options a query holds; a name that is unknown is refused by its schema. */
export const COUNT = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
export const TIMEOUT_MS = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
