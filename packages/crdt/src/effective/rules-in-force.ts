import type { ContextPath, InheritRule } from '@hcfs/core'
import type { DeclaredRule } from './inherit-rules.ts'
import { isRestricting, rulesConflict } from './inherit-rules.ts'
import type { RuleTarget } from './rule-pattern.ts'
import { matchesExactly, matchesInside, reachesInto } from './rule-pattern.ts'

/** What one context on the way down declares. */
export interface RuleLevel {
  readonly path: ContextPath
  readonly rules: readonly DeclaredRule[]
}

/** A rule, and the number of the context that declares it; none for a default. */
export interface RuleInForce {
  readonly rule: InheritRule
  readonly level?: number
}

interface PlacedRule extends DeclaredRule {
  readonly level: number
}

/** What a rule is asked about: a kind of part, and the key within it. */
export interface RuleQuestion {
  readonly target: RuleTarget
  readonly key: readonly string[]
  /** The number of the context whose value is combined with what it inherits. */
  readonly level: number
}

/**
 * Which rule holds for which key, from the top of a path down to its end.
 *
 * 1. Rules that combine hold for the context that declares them and for all below it. The most
 *    specific one counts; among equals, the nearest.
 * 2. Rules that restrict hold for all below the context that declares them, and the topmost
 *    counts. A rule further down that is at least as specific and says otherwise is
 *    `RULES_CONFLICT`: nothing that was restricted is loosened, and nothing is guessed.
 */
export class RulesInForce {
  readonly #rules: readonly PlacedRule[]

  constructor(levels: readonly RuleLevel[]) {
    this.#rules = levels.flatMap(({ rules }, level) => rules.map((declared) => ({ ...declared, level })))
    assertNothingLoosened(levels, this.#rules)
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0
  }

  /** The topmost rule above a context that restricts this key. */
  restricting({ target, key, level }: RuleQuestion): Required<RuleInForce> | undefined {
    let found: PlacedRule | undefined
    for (const each of this.#rules) {
      if (each.level >= level || !isRestricting(each.rule)) continue
      if (each.pattern.target !== target || !matchesExactly(each.pattern, key)) continue
      if (found === undefined) found = each
      else if (each.level === found.level && each.pattern.literals > found.pattern.literals) found = each
    }
    return found
  }

  /** The rule by which a context's value combines with what it inherits. */
  combining({ target, key, level }: RuleQuestion): Required<RuleInForce> | undefined {
    let best: PlacedRule | undefined
    for (const each of this.#rules) {
      if (each.level > level || isRestricting(each.rule)) continue
      if (each.pattern.target !== target || !matchesExactly(each.pattern, key)) continue
      if (best === undefined || each.pattern.literals >= best.pattern.literals) best = each
    }
    return best
  }

  /** Whether something inside of this key has a rule of its own. */
  reachesInside({ target, key, level }: RuleQuestion): boolean {
    return this.#rules.some(
      (each) => each.level <= level && each.pattern.target === target && matchesInside(each.pattern, key)
    )
  }
}

function assertNothingLoosened(levels: readonly RuleLevel[], rules: readonly PlacedRule[]): void {
  for (const upper of rules) {
    if (!isRestricting(upper.rule)) continue
    for (const lower of rules) {
      if (lower.level <= upper.level || isRestricting(lower.rule) || !reachesInto(upper.pattern, lower.pattern))
        continue
      const isWeaker =
        lower.pattern.segments.length === upper.pattern.segments.length &&
        lower.pattern.literals < upper.pattern.literals
      if (!isWeaker)
        throw rulesConflict({ ...upper, path: pathOf(levels, upper) }, { ...lower, path: pathOf(levels, lower) })
    }
  }
}

function pathOf(levels: readonly RuleLevel[], { level }: PlacedRule): ContextPath {
  const found = levels[level]
  if (found === undefined) throw new TypeError(`There is no level ${level}`)
  return found.path
}
