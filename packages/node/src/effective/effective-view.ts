import type { Blame, ContextMeta, ContextPath, EffectiveContext, EffectiveSource, RuleViolation } from '@hcfs/core'
import type { EffectiveContent, Given, Violation } from '@hcfs/crdt'
import { isoTimeOf } from '../contexts/iso-time.ts'
import type { ContextRow } from '../replica/context-row.ts'
import { versionOf } from '../replica/context-row.ts'

/** What readers are shown, frozen: it may be shared between them. */
export function effectiveContextOf(
  path: ContextPath,
  rows: readonly ContextRow[],
  merged: EffectiveContent
): EffectiveContext {
  const chain = Object.freeze(rows.map(sourceOf))
  const own = rows.at(-1)
  const hasOwn = own?.path === path
  return Object.freeze({
    path,
    body: merged.body,
    fields: freezeDeep(merged.fields),
    tags: freezeDeep(merged.tags),
    links: freezeDeep(merged.links),
    meta: hasOwn ? own.content.meta : NO_META,
    ...(hasOwn && { version: versionOf(own.heads) }),
    chain,
    blame: blameOf(merged.given, chain),
    violations: Object.freeze(merged.violations.map((violation) => violationOf(violation, chain)))
  })
}

const NO_META: ContextMeta = Object.freeze({})

function sourceOf(row: ContextRow): EffectiveSource {
  return Object.freeze({
    path: row.path,
    version: versionOf(row.heads),
    author: row.author,
    ...(row.by === undefined ? {} : { by: row.by }),
    updatedAt: isoTimeOf(row.hlc),
    ...priorityOf(row)
  })
}

function priorityOf({ content: { meta } }: ContextRow): Pick<EffectiveSource, 'priority'> {
  const { priority } = meta
  return typeof priority === 'number' ? { priority } : {}
}

function violationOf(
  { key, level, rule, ruleFrom, kind }: Violation,
  chain: readonly EffectiveSource[]
): RuleViolation {
  return Object.freeze({ key, path: at(chain, level).path, rule, ruleFrom: at(chain, ruleFrom).path, kind })
}

/** Objects as readers get them, not entries: making and freezing those takes longer than the merge. */
function blameOf(
  given: ReadonlyMap<string, Given<unknown>>,
  chain: readonly EffectiveSource[]
): EffectiveContext['blame'] {
  // Most values came from one context, so these are shared.
  const alone = chain.map((source) => Object.freeze([source]))
  const sourcesOf = (levels: readonly number[]): readonly EffectiveSource[] => {
    const [only] = levels
    if (only === undefined) return NOBODY
    if (levels.length === 1) return alone[only] ?? NOBODY
    return Object.freeze(levels.map((level) => at(chain, level)))
  }
  // No key is `__proto__`: they begin with / or #, or are names of parts.
  const blame: Record<string, Blame> = {}
  for (const [key, { from, rule, ruleFrom, shadowed }] of given) {
    const sources = { from: sourcesOf(from), rule, shadowed: sourcesOf(shadowed) }
    blame[key] = Object.freeze(ruleFrom === undefined ? sources : { ...sources, ruleFrom: at(chain, ruleFrom).path })
  }
  return Object.freeze(blame)
}

const NOBODY: readonly EffectiveSource[] = Object.freeze([])

function at(chain: readonly EffectiveSource[], level: number): EffectiveSource {
  const source = chain[level]
  if (source === undefined) throw new TypeError(`There is no context ${level} on the way`)
  return source
}

/** Parts that came out of rows are frozen already, all the way down; what was joined anew is not. */
function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const key in value) freezeDeep(value[key])
  return Object.freeze(value)
}
