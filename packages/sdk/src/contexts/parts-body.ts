import type { ContextParts } from '@hcfs/core'
import { assertPlainJson } from './plain-json.ts'

/** The parts that a put names, as they are sent. A part that is `undefined` is not named. */
export function partsBody(parts: ContextParts): ContextParts {
  const { body, fields, tags, links, meta } = parts
  for (const part of [body, fields, tags, links, meta]) if (part !== undefined) assertPlainJson(part)
  return {
    ...(body !== undefined && { body }),
    ...(fields !== undefined && { fields }),
    ...(tags !== undefined && { tags }),
    ...(links !== undefined && { links }),
    ...(meta !== undefined && { meta })
  }
}
