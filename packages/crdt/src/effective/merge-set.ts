import type { Given, Violation } from './effective-value.ts'
import { joined, replaced } from './effective-value.ts'
import type { RuleInForce, RulesInForce } from './rules-in-force.ts'

export interface SetMergeOptions<Item> {
  readonly target: 'tags' | 'links'
  /** Equal items have equal names. */
  readonly nameOf: (item: Item) => string
  readonly compare: (left: Item, right: Item) => number
}

/** Folds the tags or the links of contexts, from the top down. An empty set says nothing. */
export class SetMerge<Item> {
  readonly #rules: RulesInForce
  readonly #violations: Violation[]
  readonly #options: SetMergeOptions<Item>
  #given: Given<readonly Item[]> | undefined

  constructor(rules: RulesInForce, violations: Violation[], options: SetMergeOptions<Item>) {
    this.#rules = rules
    this.#violations = violations
    this.#options = options
  }

  get given(): Given<readonly Item[]> | undefined {
    return this.#given
  }

  add(level: number, items: readonly Item[]): void {
    const { target } = this.#options
    const isSet = items.length > 0
    const question = { target, key: [], level }
    const restricting = this.#rules.restricting(question)
    if (restricting !== undefined && this.#holdsBack(restricting)) {
      const { rule, level: ruleFrom } = restricting
      if (isSet) {
        this.#violations.push({ key: target, level, rule, ruleFrom, kind: rule === 'deny' ? 'denied' : 'locked' })
      }
      return
    }
    const rule: RuleInForce = this.#rules.combining(question) ?? { rule: 'own' }
    const inherited = this.#given
    if (!isSet) this.#given = rule.rule === 'own' ? undefined : inherited
    else if (rule.rule === 'union' && inherited !== undefined) {
      this.#given = joined(this.#union(inherited.value, items), { level, rule, inherited })
    } else this.#given = replaced(items, { level, rule, inherited })
  }

  #holdsBack({ rule, level }: Required<RuleInForce>): boolean {
    return rule === 'deny' || (this.#given?.from.some((source) => source <= level) ?? false)
  }

  #union(before: readonly Item[], own: readonly Item[]): Item[] {
    const { nameOf, compare } = this.#options
    const all = new Map([...before, ...own].map((item) => [nameOf(item), item]))
    return [...all.values()].sort(compare)
  }
}
