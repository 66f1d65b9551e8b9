import type { EffectiveContext, EffectiveSource } from '../api/effective.ts'
import { parsePointer } from '../content/json-pointer.ts'
import type { JsonValue } from '../json.ts'
import { isJsonObject } from '../json.ts'
import type { ContextPath } from '../paths/context-path.ts'
import { countTokens } from '../text/count-tokens.ts'
import { sectionName, sectionsOf } from '../text/markdown-sections.ts'

/** A piece of an effective context that can be left out without the others. */
export interface EffectivePart {
  readonly kind: 'field' | 'tags' | 'section' | 'links'
  /** As in the blame. */
  readonly key: string
  /** As it stands in a rendered text, with the end of its line. */
  readonly text: string
  readonly tokens: number
  /** The nearest context that gave some of it. */
  readonly from: ContextPath
  readonly priority: number
  /** The larger, the nearer to the path. */
  readonly depth: number
}

/** Fields, tags, sections and links of a context, each in its order. Together they are all of it but its meta. */
export function effectiveParts(context: EffectiveContext): readonly EffectivePart[] {
  const depths = new Map(context.chain.map(({ path }, depth) => [path, depth]))
  const partOf = (kind: EffectivePart['kind'], key: string, text: string): EffectivePart => {
    const given = context.blame[key] ?? context.blame['body']
    const from = given?.from ?? context.chain.slice(-1)
    const tokens = countTokens(text)
    return { kind, key, text, tokens, ...weightOf(from, depths), from: from.at(-1)?.path ?? context.path }
  }
  const pointers = Object.keys(context.blame).filter((key) => key.startsWith('/'))
  const { tags, links } = context
  return [
    ...pointers.map((pointer) => partOf('field', pointer, fieldLine(pointer, valueAt(context.fields, pointer)))),
    ...(tags.length === 0 ? [] : [partOf('tags', 'tags', `${tags.join(', ')}\n`)]),
    ...sectionsOf(context.body).map(({ trail, text }) => partOf('section', sectionName(trail), endLine(text))),
    ...(links.length === 0 ? [] : [partOf('links', 'links', links.map(({ rel, to }) => `- ${rel}: ${to}\n`).join(''))])
  ]
}

function weightOf(from: readonly EffectiveSource[], depths: ReadonlyMap<string, number>) {
  return {
    priority: Math.max(...from.map(({ priority = 0 }) => priority)),
    depth: Math.max(...from.map(({ path }) => depths.get(path) ?? 0))
  }
}

function fieldLine(pointer: string, value: JsonValue | undefined): string {
  const isPlain = typeof value === 'string' && value !== '' && value.trim() === value && !/[\r\n]/.test(value)
  return `- \`${pointer.replaceAll('`', "'").replaceAll(/[\r\n]/g, ' ')}\`: ${isPlain ? value : JSON.stringify(value)}\n`
}

function valueAt(fields: JsonValue, pointer: string): JsonValue | undefined {
  return parsePointer(pointer)?.reduce<JsonValue | undefined>(
    (inner, key) => (isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    fields
  )
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
