import type { ContextPath, InheritRule, JsonObject, JsonValue } from '@hcfs/core'
import { HcfsError, INHERIT_RULES } from '@hcfs/core'
import type { RulePattern, RuleTarget } from './rule-pattern.ts'
import { overlaps, parsePattern } from './rule-pattern.ts'

/** The key of `meta` under which a context declares its rules. */
export const INHERIT_KEY = 'inherit'

/** One rule of one context. */
export interface DeclaredRule {
  readonly pattern: RulePattern
  readonly rule: InheritRule
}

/** More would make one context slow for everything below it. */
export const INHERIT_RULES_MAX = 256

const RULES_FOR: Readonly<Record<RuleTarget, readonly InheritRule[]>> = {
  field: INHERIT_RULES,
  tags: ['override', 'union', 'deny', 'lock', 'own'],
  links: ['override', 'union', 'deny', 'lock', 'own'],
  body: ['override', 'append', 'merge', 'deny', 'lock', 'own'],
  section: ['override', 'append', 'deny', 'lock', 'own']
}

const NO_RULES: readonly DeclaredRule[] = Object.freeze([])

/** Rules below which nothing can be loosened. */
export function isRestricting(rule: InheritRule): boolean {
  return rule === 'deny' || rule === 'lock'
}

/**
 * The rules that a context declares. Fails with `RULES_INVALID` for what is no rule, and with
 * `RULES_CONFLICT` where two of them say different things of one key and neither is more specific.
 */
export function readRules(path: ContextPath, meta: JsonObject): readonly DeclaredRule[] {
  const declared = meta[INHERIT_KEY]
  if (declared === undefined) return NO_RULES
  if (!isObject(declared)) throw invalidRules(path, INHERIT_KEY, 'is not an object of patterns and rules')
  const entries = Object.entries(declared)
  if (entries.length > INHERIT_RULES_MAX)
    throw invalidRules(path, INHERIT_KEY, `has more than ${INHERIT_RULES_MAX} rules`)
  const rules = entries.map(([text, value]) => readRule(path, text, value))
  assertNoTies(path, rules)
  return rules
}

function readRule(path: ContextPath, text: string, value: JsonValue): DeclaredRule {
  const pattern = parsePattern(text)
  if (pattern === undefined) {
    throw invalidRules(path, text, 'is no pattern; write /key/*, #Heading, tags, links or body')
  }
  const rule = RULES_FOR[pattern.target].find((known) => known === value)
  if (rule !== undefined) return { pattern, rule }
  throw invalidRules(path, text, `takes one of ${RULES_FOR[pattern.target].join(', ')}`)
}

function assertNoTies(path: ContextPath, rules: readonly DeclaredRule[]): void {
  for (const [index, one] of rules.entries()) {
    for (const other of rules.slice(index + 1)) {
      const isTie = one.pattern.literals === other.pattern.literals && overlaps(one.pattern, other.pattern)
      if (isTie && one.rule !== other.rule) throw rulesConflict({ path, ...one }, { path, ...other })
    }
  }
}

export function rulesConflict(
  one: DeclaredRule & { readonly path: ContextPath },
  other: DeclaredRule & { readonly path: ContextPath }
): HcfsError {
  return new HcfsError(
    'RULES_CONFLICT',
    `The rule ${other.pattern.text} of ${other.path} contradicts ${one.pattern.text} of ${one.path}; change one of them`,
    {
      details: {
        path: one.path,
        pattern: one.pattern.text,
        otherPath: other.path,
        otherPattern: other.pattern.text
      }
    }
  )
}

function invalidRules(path: ContextPath, pattern: string, why: string): HcfsError {
  return new HcfsError('RULES_INVALID', `In meta.${INHERIT_KEY} of ${path}, ${pattern} ${why}`, {
    details: { path, pattern }
  })
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
