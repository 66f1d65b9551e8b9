import { HcfsError } from '../errors/hcfs-error.ts'
import { FORMAT_LIMITS } from '../limits/format-limits.ts'
import { utf8ByteLength } from '../paths/utf8-byte-length.ts'
import type { ContextContent } from './content.ts'
import { canonicalContent } from './content.ts'
import { jsonBytesAtMost, textBytesAtMost } from './json-size.ts'

/** What the encoding of a content spends on more than its parts. */
const CONTENT_HEADS_BYTES = 64

/**
 * Refuses an edit that would leave a context above a limit, before anything is
 * changed. Two replicas below a limit may merge above it; such a context can
 * still be edited, but not made larger in what is above.
 */
export function assertWithinLimits(before: ContextContent, after: ContextContent): void {
  for (const limit of CONTENT_LIMITS) {
    if (limit.isSurelyBelow(after)) continue
    const size = limit.sizeOf(after)
    if (size <= limit.max || size <= limit.sizeOf(before)) continue
    throw new HcfsError(
      'CONTEXT_TOO_LARGE',
      `${limit.what} would be ${size} ${limit.unit}, over ${limit.max}: ${limit.remedy}`,
      {
        details: { limit: limit.name, size, max: limit.max }
      }
    )
  }
}

/** The size that `contextBytesMax` limits: that of the canonical encoding. */
export function contentBytes(content: ContextContent): number {
  return canonicalContent(content).length
}

interface ContentLimit {
  readonly name: string
  readonly what: string
  readonly unit: string
  readonly remedy: string
  readonly max: number
  readonly sizeOf: (content: ContextContent) => number
  /** A guess that costs little and never says yes wrongly, so that usual edits measure nothing. */
  readonly isSurelyBelow: (content: ContextContent) => boolean
}

const { bodyBytesMax, contextBytesMax } = FORMAT_LIMITS

const CONTENT_LIMITS: readonly ContentLimit[] = [
  {
    name: 'bodyBytesMax',
    what: 'The body',
    unit: 'bytes',
    remedy: 'split it over several contexts',
    max: bodyBytesMax,
    sizeOf: ({ body }) => utf8ByteLength(body),
    isSurelyBelow: ({ body }) => textBytesAtMost(body) <= bodyBytesMax
  },
  countLimit('tagsMax', 'The tags', ({ tags }) => tags.length),
  countLimit('linksMax', 'The links', ({ links }) => links.length),
  countLimit('metaKeysMax', 'The keys of meta', ({ meta }) => Object.keys(meta).length),
  {
    name: 'contextBytesMax',
    what: 'The whole context',
    unit: 'bytes',
    remedy: 'split it over several contexts',
    max: contextBytesMax,
    sizeOf: contentBytes,
    isSurelyBelow: (content) => contentBytesAtMost(content) <= contextBytesMax
  }
]

function countLimit(
  name: 'tagsMax' | 'linksMax' | 'metaKeysMax',
  what: string,
  sizeOf: (content: ContextContent) => number
): ContentLimit {
  const max = FORMAT_LIMITS[name]
  const isSurelyBelow = (content: ContextContent): boolean => sizeOf(content) <= max
  return { name, what, unit: 'in number', remedy: 'remove some first', max, sizeOf, isSurelyBelow }
}

function contentBytesAtMost({ body, fields, tags, links, meta }: ContextContent): number {
  let bytes = CONTENT_HEADS_BYTES + textBytesAtMost(body) + jsonBytesAtMost(fields) + jsonBytesAtMost(meta)
  for (const tag of tags) bytes += textBytesAtMost(tag)
  for (const link of links) bytes += jsonBytesAtMost([link.rel, link.to])
  return bytes
}
