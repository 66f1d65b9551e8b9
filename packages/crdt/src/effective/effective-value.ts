import type { InheritRule } from '@hcfs/core'
import type { RuleInForce } from './rules-in-force.ts'

/** A value, and the numbers of the contexts that it came from. */
export interface Given<Value> {
  readonly value: Value
  /** From the top down. More than one where values were joined. */
  readonly from: readonly number[]
  readonly rule: InheritRule
  /** The number of the context that declares the rule; absent for a default. */
  readonly ruleFrom?: number
  /** The numbers of those whose values were replaced. */
  readonly shadowed: readonly number[]
}

/** A value that a rule left out, or a rule that does not fit the values. */
export interface Violation {
  readonly key: string
  readonly level: number
  readonly rule: InheritRule
  readonly ruleFrom: number
  readonly kind: 'denied' | 'locked' | 'does-not-fit'
}

const NOBODY: readonly number[] = Object.freeze([])

/** The own value of a context, in place of whatever it inherits. */
export function replaced<Value>(
  value: Value,
  { level, rule, inherited }: { level: number; rule: RuleInForce; inherited: Given<unknown> | undefined }
): Given<Value> {
  const shadowed = inherited === undefined ? NOBODY : [...inherited.shadowed, ...inherited.from]
  return { value, from: [level], shadowed, ...ruleOf(rule) }
}

/** What a context inherits, and its own behind it. */
export function joined<Value>(
  value: Value,
  { level, rule, inherited }: { level: number; rule: RuleInForce; inherited: Given<unknown> }
): Given<Value> {
  return { value, from: [...inherited.from, level], shadowed: inherited.shadowed, ...ruleOf(rule) }
}

/** Each level once, from the top down. */
export function ascending(levels: readonly number[]): number[] {
  return [...new Set(levels)].sort((left, right) => left - right)
}

function ruleOf({ rule, level }: RuleInForce): Pick<Given<unknown>, 'rule' | 'ruleFrom'> {
  return level === undefined ? { rule } : { rule, ruleFrom: level }
}
