import type { Blame, ContextMeta, ContextPath, EffectiveContext, EffectiveSource, RuleViolation } from '@hcfs/core'
import type { EffectiveContent, Given } from '@hcfs/crdt'
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
  return freezeDeep({
    path,
    body: merged.body,
    fields: merged.fields,
    tags: merged.tags,
    links: merged.links,
    meta: hasOwn ? own.content.meta : NO_META,
    ...(hasOwn && { version: versionOf(own.heads) }),
    chain,
    blame: blameOf(merged.given, chain),
    violations: merged.violations.map(
      ({ key, level, rule, ruleFrom, kind }): RuleViolation => ({
        key,
        path: at(chain, level).path,
        rule,
        ruleFrom: at(chain, ruleFrom).path,
        kind
      })
    )
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

function blameOf(
  given: ReadonlyMap<string, Given<unknown>>,
  chain: readonly EffectiveSource[]
): EffectiveContext['blame'] {
  return Object.fromEntries(
    [...given].map(([key, { from, rule, ruleFrom, shadowed }]): [string, Blame] => [
      key,
      {
        from: from.map((level) => at(chain, level)),
        rule,
        ...(ruleFrom !== undefined && { ruleFrom: at(chain, ruleFrom).path }),
        shadowed: shadowed.map((level) => at(chain, level))
      }
    ])
  )
}

function at(chain: readonly EffectiveSource[], level: number): EffectiveSource {
  const source = chain[level]
  if (source === undefined) throw new TypeError(`There is no context ${level} on the way`)
  return source
}

/** Parts that came out of rows are frozen already; what was joined anew is not. */
function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) freezeDeep(inner)
  return Object.freeze(value)
}
