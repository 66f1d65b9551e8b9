import type { Link } from '@hcfs/core'
import { canonicalPathOf, isLinkRel, isTag } from '@hcfs/core'
import type { KeyOwner } from './owned-key.ts'
import { KEY_SEPARATOR, parseOwnedKey } from './owned-key.ts'

export interface TagEntry {
  readonly tag: string
  readonly owner: KeyOwner
}

export interface LinkEntry {
  readonly link: Link
  readonly owner: KeyOwner
}

/** Reads one entry of `tags`; `undefined` when it is not one that this implementation would have written. */
export function readTagEntry(key: string, stored: unknown): TagEntry | undefined {
  const parsed = parseOwnedKey(key)
  if (parsed === undefined || stored !== true || !isTag(parsed.name)) return undefined
  return { tag: parsed.name, owner: parsed.owner }
}

/** Reads one entry of `links`; `undefined` when it is not one that this implementation would have written. */
export function readLinkEntry(key: string, stored: unknown): LinkEntry | undefined {
  const parsed = parseOwnedKey(key)
  const link = parsed && parseLinkName(parsed.name)
  if (parsed === undefined || link === undefined || stored !== true) return undefined
  return { link, owner: parsed.owner }
}

function parseLinkName(name: string): Link | undefined {
  const end = name.indexOf(KEY_SEPARATOR)
  if (end === -1) return undefined
  const rel = name.slice(0, end)
  const to = canonicalPathOf(name.slice(end + 1))
  return to === undefined || !isLinkRel(rel) ? undefined : Object.freeze({ to, rel })
}
