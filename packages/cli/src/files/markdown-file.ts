import type { ContextContent, ContextMeta, ContextParts, JsonObject, JsonValue, Link } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import { parseDocument, stringify } from 'yaml'

/** Keys of the front matter that are no fields. */
const OWN_KEYS = ['title', 'tags', 'hcfs'] as const

/** What has no place among the plain keys of the front matter. */
interface OwnPart {
  readonly fields?: JsonObject
  readonly meta?: JsonObject
  readonly links?: readonly Link[]
  readonly body?: string
}

const FENCE = '---'
const FRONT_MATTER = /^---\r?\n(?<yaml>(?:[^\n]*\n)*?)---(?:\r?\n|$)/

/** What a reader of files might change or take for something else, so it cannot stand alone. */
const NEEDS_FRONT_MATTER = /^(?:\uFEFF|---)/
const NUL = '\u0000'

/**
 * A context as Markdown. The title, the tags and the fields are the front matter, where
 * other tools look for them; a context that has none of them is just its text.
 */
export function markdownOf(content: ContextContent): string {
  const front = frontMatterOf(content)
  const body = content.body.includes(NUL) ? '' : content.body
  if (Object.keys(front).length === 0 && !NEEDS_FRONT_MATTER.test(body)) return body
  const yaml = stringify(front, { lineWidth: 0, aliasDuplicateObjects: false })
  return `${FENCE}\n${yaml}${FENCE}\n${body}`
}

/** The inverse. Only the parts that the text names: without front matter that is the body alone. */
export function partsOfMarkdown(text: string): ContextParts {
  const withoutMark = text.startsWith('\uFEFF') ? text.slice(1) : text
  const match = FRONT_MATTER.exec(withoutMark)
  const front = match === null ? undefined : readFrontMatter(match.groups?.['yaml'] ?? '')
  if (match === null || front === undefined) return { body: withoutMark }
  return partsOf(front, withoutMark.slice(match[0].length))
}

function frontMatterOf({ body, fields, tags, links, meta }: ContextContent): JsonObject {
  const { title, ...otherMeta } = meta
  const isPlainTitle = typeof title === 'string'
  const ownMeta = isPlainTitle || title === undefined ? otherMeta : meta
  const [reserved, plain] = split(Object.entries(fields), ([name]) => isOwnKey(name))
  const own = {
    ...(reserved.length > 0 && { fields: Object.fromEntries(reserved) }),
    ...(Object.keys(ownMeta).length > 0 && { meta: ownMeta }),
    ...(links.length > 0 && { links: links.map(({ rel, to }) => ({ rel, to })) }),
    ...(body.includes(NUL) && { body })
  }
  return {
    ...(isPlainTitle && { title }),
    ...(tags.length > 0 && { tags }),
    ...Object.fromEntries(plain),
    ...(Object.keys(own).length > 0 && { hcfs: own })
  }
}

function partsOf(front: JsonObject, text: string): ContextParts {
  const { title, tags, hcfs } = front
  const own = ownPartOf(hcfs)
  const [reserved, plain] = split(Object.entries(front), ([name]) => isOwnKey(name))
  const foreign = reserved.filter(([name]) => name === 'hcfs' && own === undefined)
  const fields = Object.fromEntries([...plain, ...foreign, ...Object.entries(own?.fields ?? {})])
  const meta: ContextMeta = { ...(title !== undefined && { title: titleText(title) }), ...own?.meta }
  return {
    body: own?.body ?? text,
    ...(Object.keys(fields).length > 0 && { fields }),
    ...(tags !== undefined && { tags: tagsOf(tags) }),
    ...(own?.links !== undefined && { links: own.links.map(({ rel, to }) => ({ rel, to: parsePath(to) })) }),
    ...(Object.keys(meta).length > 0 && { meta })
  }
}

/** `undefined` when what stands between the fences is no YAML object: then it is text. */
function readFrontMatter(yaml: string): JsonObject | undefined {
  const document = parseDocument(yaml, { prettyErrors: false, logLevel: 'silent' })
  if (document.errors.length > 0) return undefined
  const value: unknown = document.toJS()
  if (value === null) return {}
  if (!isJsonObject(value)) return undefined
  assertJson(value)
  return value
}

/** YAML has numbers that JSON has not. */
function assertJson(value: JsonValue): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new HcfsError('CONTENT_INVALID', 'The front matter holds a number that is not finite; write it as text')
  }
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) assertJson(inner)
}

function ownPartOf(value: JsonValue | undefined): OwnPart | undefined {
  if (!isJsonObject(value)) return undefined
  const { fields, meta, links, body, ...others } = value
  const isOwn =
    Object.keys(others).length === 0 &&
    (fields === undefined || isJsonObject(fields)) &&
    (meta === undefined || isJsonObject(meta)) &&
    (links === undefined || (Array.isArray(links) && links.every(isLink))) &&
    (body === undefined || typeof body === 'string')
  return isOwn ? (value as OwnPart) : undefined
}

function titleText(title: JsonValue): string {
  return typeof title === 'string' ? title : JSON.stringify(title)
}

/** A list, or words with commas or spaces between them, as both are in use. */
function tagsOf(tags: JsonValue): string[] {
  if (typeof tags === 'string') return tags.split(/[,\s]+/).filter((tag) => tag !== '')
  return (Array.isArray(tags) ? tags : [tags])
    .filter((tag) => tag !== null)
    .map((tag) => (typeof tag === 'string' ? tag : JSON.stringify(tag)))
}

function isOwnKey(name: string): boolean {
  return OWN_KEYS.some((key) => key === name)
}

function isLink(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'rel' in value &&
    'to' in value &&
    typeof value.rel === 'string' &&
    typeof value.to === 'string'
  )
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function split<Item>(items: readonly Item[], belongs: (item: Item) => boolean): [yes: Item[], no: Item[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))]
}
