import type { ContextContent, ContextPath, JsonObject, Link } from '@hcfs/core'
import { compareLinks, compareText, linkName } from '@hcfs/core'
import type { Given, Violation } from './effective-value.ts'
import { readRules } from './inherit-rules.ts'
import { BodyMerge } from './merge-body.ts'
import { FieldsMerge } from './merge-fields.ts'
import { SetMerge } from './merge-set.ts'
import { RulesInForce } from './rules-in-force.ts'

/** One context on the way from the top of the tree to a path. */
export interface ContentLevel {
  readonly path: ContextPath
  readonly content: ContextContent
}

/** What contexts amount to together. Levels are numbers of the contexts that were given. */
export interface EffectiveContent {
  readonly body: string
  readonly fields: JsonObject
  readonly tags: readonly string[]
  readonly links: readonly Link[]
  /** By key: a JSON pointer, `tags`, `links`, `body`, or `#` and the headings that lead to a section. */
  readonly given: ReadonlyMap<string, Given<unknown>>
  readonly violations: readonly Violation[]
}

/**
 * What the contexts on a path amount to, from the top down, by the rules that they declare. The
 * same contexts give the same answer everywhere. Fails with `RULES_INVALID` or `RULES_CONFLICT`,
 * naming where.
 */
export function effectiveContent(levels: readonly ContentLevel[]): EffectiveContent {
  const rules = new RulesInForce(levels.map(({ path, content }) => ({ path, rules: readRules(path, content.meta) })))
  const violations: Violation[] = []
  const fields = new FieldsMerge(rules, violations)
  const body = new BodyMerge(rules, violations)
  const tags = new SetMerge<string>(rules, violations, { target: 'tags', nameOf: itself, compare: compareText })
  const links = new SetMerge<Link>(rules, violations, { target: 'links', nameOf: linkName, compare: compareLinks })
  for (const [level, { content }] of levels.entries()) {
    fields.add(level, content.fields)
    body.add(level, content.body)
    tags.add(level, content.tags)
    links.add(level, content.links)
  }
  const merged = fields.result()
  const text = body.result()
  const given = new Map<string, Given<unknown>>([...merged.given, ...text.given])
  if (tags.given !== undefined) given.set('tags', tags.given)
  if (links.given !== undefined) given.set('links', links.given)
  return {
    body: text.body,
    fields: merged.fields,
    tags: tags.given?.value ?? [],
    links: links.given?.value ?? [],
    given,
    violations
  }
}

function itself(text: string): string {
  return text
}
