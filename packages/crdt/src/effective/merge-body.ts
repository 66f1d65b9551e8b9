import type { MarkdownSection } from '@hcfs/core'
import { sectionName, sectionsOf } from '@hcfs/core'
import type { Given, Violation } from './effective-value.ts'
import { ascending, joined, replaced } from './effective-value.ts'
import type { RuleTarget } from './rule-pattern.ts'
import type { RuleInForce, RulesInForce } from './rules-in-force.ts'

/** Sections in the order in which they stand in the merged text. */
interface MergedSection {
  readonly trail: readonly string[]
  readonly given: Given<string>
}

/** A body as it comes out, and who gave it or its sections. */
export interface MergedBody {
  readonly body: string
  /** `body` for a body that came whole or was joined whole, otherwise each section by its name. */
  readonly given: ReadonlyMap<string, Given<string>>
}

const BODY = 'body'

/** Folds the bodies of contexts, from the top down, by the rules in force. */
export class BodyMerge {
  readonly #rules: RulesInForce
  readonly #violations: Violation[]
  #whole: Given<string> | undefined
  /** Present once bodies were merged by section. */
  #sections: readonly MergedSection[] | undefined

  constructor(rules: RulesInForce, violations: Violation[]) {
    this.#rules = rules
    this.#violations = violations
  }

  add(level: number, body: string): void {
    const own = body === '' ? undefined : body
    const question = { target: 'body', key: [], level } as const
    const restricting = this.#rules.restricting(question)
    if (restricting !== undefined && holdsBack(restricting, this.#sources())) {
      if (own !== undefined) this.#report(restricting, { key: BODY, level })
      return
    }
    const rule: RuleInForce = this.#rules.combining(question) ?? { rule: 'own' }
    const before = this.#asWhole()
    if (rule.rule === 'merge') this.#mergeSections(own ?? '', { level, rule })
    else if (rule.rule === 'append' && before !== undefined) {
      if (own !== undefined) this.#setWhole(joined(together(before.value, own), { level, rule, inherited: before }))
    } else if (own !== undefined) this.#setWhole(replaced(own, { level, rule, inherited: before }))
    else if (rule.rule === 'own') this.#setWhole(undefined)
  }

  result(): MergedBody {
    if (this.#sections !== undefined) {
      const given = this.#sections.map(({ trail, given: each }) => [sectionName(trail), each] as const)
      return { body: textOf(this.#sections), given: new Map(given) }
    }
    if (this.#whole === undefined) return { body: '', given: new Map() }
    return { body: this.#whole.value, given: new Map([[BODY, this.#whole]]) }
  }

  #mergeSections(body: string, { level, rule }: { level: number; rule: RuleInForce }): void {
    let merged = this.#sections ?? sectionsFrom(this.#whole)
    for (const section of sectionsOf(body)) merged = this.#mergeSection(merged, section, { level, rule })
    const kept = merged.filter(({ trail, given }) => given.from.includes(level) || !this.#isOwn(trail, level))
    this.#sections = kept
    this.#whole = undefined
  }

  #mergeSection(
    merged: readonly MergedSection[],
    { trail, text }: MarkdownSection,
    { level, rule: bodyRule }: { level: number; rule: RuleInForce }
  ): readonly MergedSection[] {
    const place = merged.findIndex((each) => sectionName(each.trail) === sectionName(trail))
    const inherited = merged[place]?.given
    const question = questionFor(trail, level)
    const restricting = this.#rules.restricting(question)
    if (restricting !== undefined && holdsBack(restricting, inherited?.from ?? [])) {
      this.#report(restricting, { key: sectionName(trail), level })
      return merged
    }
    const rule: RuleInForce = this.#rules.combining(question) ?? { ...bodyRule, rule: 'override' }
    if (inherited === undefined) {
      const given = replaced(text, { level, rule, inherited })
      return merged.toSpliced(placeFor(merged, trail), 0, { trail, given })
    }
    const given =
      rule.rule === 'append'
        ? joined(together(inherited.value, withoutHeading(trail, text)), { level, rule, inherited })
        : replaced(text, { level, rule, inherited })
    return merged.with(place, { trail, given })
  }

  #isOwn(trail: readonly string[], level: number): boolean {
    return this.#rules.combining(questionFor(trail, level))?.rule === 'own'
  }

  /** The body so far as one value, for what replaces or joins it whole. */
  #asWhole(): Given<string> | undefined {
    if (this.#sections === undefined) return this.#whole
    if (this.#sections.length === 0) return undefined
    const from = ascending(this.#sections.flatMap(({ given }) => given.from))
    const shadowed = ascending(this.#sections.flatMap(({ given }) => given.shadowed))
    return {
      value: textOf(this.#sections),
      from,
      rule: 'merge',
      shadowed: shadowed.filter((level) => !from.includes(level))
    }
  }

  #setWhole(given: Given<string> | undefined): void {
    this.#whole = given
    this.#sections = undefined
  }

  #sources(): readonly number[] {
    return this.#asWhole()?.from ?? []
  }

  #report({ rule, level: ruleFrom }: Required<RuleInForce>, { key, level }: { key: string; level: number }): void {
    this.#violations.push({ key, level, rule, ruleFrom, kind: rule === 'deny' ? 'denied' : 'locked' })
  }
}

function questionFor(
  trail: readonly string[],
  level: number
): { target: RuleTarget; key: readonly string[]; level: number } {
  return { target: 'section', key: [trail.at(-1) ?? ''], level }
}

function holdsBack({ rule, level }: Required<RuleInForce>, sources: readonly number[]): boolean {
  return rule === 'deny' || sources.some((source) => source <= level)
}

function sectionsFrom(whole: Given<string> | undefined): MergedSection[] {
  if (whole === undefined) return []
  return sectionsOf(whole.value).map(({ trail, text }) => ({ trail, given: { ...whole, value: text } }))
}

/** Behind the last section below the same heading; at the beginning for what has no heading. */
function placeFor(merged: readonly MergedSection[], trail: readonly string[]): number {
  if (trail.length === 0) return 0
  const above = trail.slice(0, -1)
  const last = merged.findLastIndex((each) => above.every((heading, depth) => each.trail[depth] === heading))
  return above.length === 0 || last === -1 ? merged.length : last + 1
}

function withoutHeading(trail: readonly string[], text: string): string {
  return trail.length === 0 ? text : text.slice(text.indexOf('\n') + 1 || text.length)
}

/** Each begins on a line of its own. */
function together(before: string, after: string): string {
  if (after === '') return before
  return before === '' || before.endsWith('\n') ? before + after : `${before}\n${after}`
}

function textOf(sections: readonly MergedSection[]): string {
  return sections.reduce((text, { given }) => together(text, given.value), '')
}
