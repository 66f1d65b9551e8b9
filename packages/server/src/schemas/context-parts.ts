import type { ContextParts } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import type { Static, TObject } from 'typebox'
import type { PARTS } from './contents.ts'

/** The parts that a request names, without what stands beside them. */
export function contextParts(named: Static<TObject<typeof PARTS>>): ContextParts {
  const { body, fields, tags, links, meta } = named
  return {
    ...(body !== undefined && { body }),
    ...(fields !== undefined && { fields }),
    ...(tags !== undefined && { tags }),
    ...(links !== undefined && { links: links.map(({ to, rel }) => ({ to: parsePath(to), rel })) }),
    ...(meta !== undefined && { meta })
  }
}
