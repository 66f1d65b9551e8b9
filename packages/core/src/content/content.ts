import { encodeCbor } from '../encoding/encode-cbor.ts'
import type { JsonObject } from '../json.ts'
import type { ContextPath } from '../paths/context-path.ts'

/** A reference to another context: what it is to this one, and where it lives. */
export interface Link {
  readonly to: ContextPath
  readonly rel: string
}

/** What a context holds, as plain frozen values. Equal documents give equal contents, key order included. */
export interface ContextContent {
  readonly body: string
  readonly fields: JsonObject
  /** Sorted, each once. */
  readonly tags: readonly string[]
  /** Sorted by `rel`, then by `to`; each pair once. */
  readonly links: readonly Link[]
  readonly meta: JsonObject
}

/** The parts of a context by name. */
export type ContentPart = keyof ContextContent

export const EMPTY_CONTENT: ContextContent = Object.freeze({
  body: '',
  fields: Object.freeze({}),
  tags: Object.freeze([]),
  links: Object.freeze([]),
  meta: Object.freeze({})
})

/**
 * The bytes that content hashes are made of. Never fails on what a document
 * holds, however large merging has made it.
 */
export function canonicalContent({ body, fields, tags, links, meta }: ContextContent): Uint8Array {
  const linkRows = links.map(({ rel, to }) => [rel, to])
  return encodeCbor(['hcfs/content/1', body, fields, tags, linkRows, meta], {
    bytesMax: Number.MAX_SAFE_INTEGER,
    itemsMax: Number.MAX_SAFE_INTEGER
  })
}

/** The order of tags and links: by UTF-16 code units, the order JavaScript compares strings in. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

export function compareLinks(left: Link, right: Link): number {
  return compareText(left.rel, right.rel) || compareText(left.to, right.to)
}

/** One text per link: the relation holds no NUL, so the first one ends it. */
export function linkName({ rel, to }: Link): string {
  return `${rel}\u0000${to}`
}
