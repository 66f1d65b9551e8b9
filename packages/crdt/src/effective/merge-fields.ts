import type { InheritRule, JsonObject, JsonValue } from '@hcfs/core'
import { bytesToHex, compareText, encodeCbor, formatPointer } from '@hcfs/core'
import type { Given, Violation } from './effective-value.ts'
import { ascending, joined, replaced } from './effective-value.ts'
import type { RuleInForce, RulesInForce } from './rules-in-force.ts'

/** A value that came whole, or an object whose keys came from different contexts. */
type Part = Given<JsonValue> | Keys

type Keys = ReadonlyMap<string, Part>

interface Place {
  readonly key: readonly string[]
  readonly level: number
  /** What holds where nothing is declared. */
  readonly fallback: InheritRule
}

/** Fields as they come out, and who gave each. */
export interface MergedFields {
  readonly fields: JsonObject
  /** By JSON pointer, in the order of the fields. */
  readonly given: ReadonlyMap<string, Given<JsonValue>>
}

/** What stands for one who has nothing there. */
type Nothing = undefined

/**
 * Folds the fields of contexts, from the top down, by the rules in force. Takes one
 * context at a time; `result` says what it amounts to.
 */
export class FieldsMerge {
  readonly #rules: RulesInForce
  readonly #violations: Violation[]
  #keys: Keys = new Map()

  constructor(rules: RulesInForce, violations: Violation[]) {
    this.#rules = rules
    this.#violations = violations
  }

  add(level: number, fields: JsonObject): void {
    this.#keys = this.#mergeKeys(this.#keys, fields, { key: [], level, fallback: 'override' })
  }

  result(): MergedFields {
    const given = new Map<string, Given<JsonValue>>()
    collect(this.#keys, [], given)
    return { fields: objectOf(this.#keys), given }
  }

  #mergeKeys(inherited: Keys, own: JsonObject, place: Place): Keys {
    const merged = new Map<string, Part>()
    for (const name of new Set([...inherited.keys(), ...Object.keys(own)])) {
      const part = this.#combine(inherited.get(name), valueAt(own, name), { ...place, key: [...place.key, name] })
      if (part !== undefined) merged.set(name, part)
    }
    return merged
  }

  #combine(inherited: Part | Nothing, own: JsonValue | Nothing, place: Place): Part | Nothing {
    const question = { target: 'field', key: place.key, level: place.level } as const
    const restricting = this.#rules.restricting(question)
    if (restricting !== undefined && this.#holdsBack(restricting, inherited)) {
      if (own !== undefined) this.#report(restricting, place, restricting.rule === 'deny' ? 'denied' : 'locked')
      return inherited
    }
    const rule: RuleInForce = this.#rules.combining(question) ?? { rule: place.fallback }
    if (this.#rules.reachesInside(question) && (holdsObject(inherited) || isObject(own))) {
      return this.#combineInside(inherited, own, { ...place, rule })
    }
    if (own === undefined) return rule.rule === 'own' ? undefined : inherited
    return this.#combineWhole(inherited, own, { ...place, rule })
  }

  /** A lock with nothing to lock lets the next one set it. */
  #holdsBack({ rule, level }: Required<RuleInForce>, inherited: Part | Nothing): boolean {
    return rule === 'deny' || (inherited !== undefined && sourcesOf(inherited).some((source) => source <= level))
  }

  #combineWhole(inherited: Part | Nothing, own: JsonValue, place: Place & { readonly rule: RuleInForce }): Part {
    const { rule, level } = place
    if (inherited === undefined) return replaced(own, { level, rule, inherited })
    const before = asGiven(inherited)
    if (rule.rule === 'merge') {
      const keys = keysOf(inherited)
      if (keys !== undefined && isObject(own)) return this.#mergeKeys(keys, own, { ...place, fallback: 'merge' })
      // Below a rule that merges, what is no object is just replaced.
      if (rule.level !== undefined) this.#report(rule, place, 'does-not-fit')
      return replaced(own, { level, rule: { rule: 'override' }, inherited: before })
    }
    const together = rule.rule === 'append' || rule.rule === 'union' ? join(before.value, own, rule.rule) : undefined
    if (together !== undefined) return joined(together, { level, rule, inherited: before })
    if (rule.rule === 'override' || rule.rule === 'own') return replaced(own, { level, rule, inherited: before })
    this.#report(rule, place, 'does-not-fit')
    return replaced(own, { level, rule: { rule: 'override' }, inherited: before })
  }

  /** Keys inside have rules of their own, so the value is taken apart. */
  #combineInside(
    inherited: Part | Nothing,
    own: JsonValue | Nothing,
    place: Place & { readonly rule: RuleInForce }
  ): Part | Nothing {
    const { rule, level } = place
    const isKept = rule.rule === 'merge' || own === undefined
    if (own !== undefined && !isObject(own)) return this.#combineWhole(inherited, own, place)
    if (inherited !== undefined && keysOf(inherited) === undefined && own !== undefined) {
      return this.#combineWhole(inherited, own, place)
    }
    const before: Keys = (inherited === undefined ? undefined : keysOf(inherited)) ?? new Map()
    const merged = new Map<string, Part>()
    for (const name of new Set([...before.keys(), ...Object.keys(own ?? {})])) {
      const key = [...place.key, name]
      const question = { target: 'field', key, level } as const
      const isRuled =
        this.#rules.combining(question) !== undefined ||
        this.#rules.restricting(question) !== undefined ||
        this.#rules.reachesInside(question)
      // What an override leaves out is gone, but for keys that have a rule of their own.
      const value = own === undefined ? undefined : valueAt(own, name)
      if (!isKept && !isRuled && value === undefined) continue
      if (rule.rule === 'own' && own === undefined && !isRuled) continue
      const fallback = rule.rule === 'merge' ? 'merge' : 'override'
      const part = this.#combine(before.get(name), value, { key, level, fallback })
      if (part !== undefined) merged.set(name, part)
    }
    return merged.size === 0 && own === undefined ? undefined : merged
  }

  #report(rule: RuleInForce, { key, level }: Place, kind: Violation['kind']): void {
    this.#violations.push({ key: formatPointer(key), level, rule: rule.rule, ruleFrom: rule.level ?? level, kind })
  }
}

/** `undefined` where the two cannot be joined. */
function join(before: JsonValue, own: JsonValue, rule: 'append' | 'union'): JsonValue | undefined {
  if (Array.isArray(before) && Array.isArray(own)) {
    return rule === 'append' ? [...before, ...own] : uniqueOf([...before, ...own])
  }
  return rule === 'append' && typeof before === 'string' && typeof own === 'string' ? `${before}\n${own}` : undefined
}

/** Each value once, where it stands first. Values are compared by their canonical bytes. */
function uniqueOf(values: readonly JsonValue[]): JsonValue[] {
  const seen = new Set<string>()
  return values.filter((value) => {
    const name = bytesToHex(encodeCbor(value))
    if (seen.has(name)) return false
    seen.add(name)
    return true
  })
}

function holdsObject(part: Part | Nothing): boolean {
  return part !== undefined && (isKeys(part) || isObject(part.value))
}

/** The keys of what is or holds an object; each then has the blame of the whole. */
function keysOf(part: Part): Keys | undefined {
  if (isKeys(part)) return part
  if (!isObject(part.value)) return undefined
  return new Map(Object.entries(part.value).map(([name, value]) => [name, { ...part, value }]))
}

/** Parts from different contexts as one value, for what replaces or joins them whole. */
function asGiven(part: Part): Given<JsonValue> {
  if (!isKeys(part)) return part
  const leaves = [...part.values()].map(asGiven)
  const from = ascending(leaves.flatMap((leaf) => leaf.from))
  const shadowed = ascending(leaves.flatMap((leaf) => leaf.shadowed)).filter((level) => !from.includes(level))
  return { value: objectOf(part), from, rule: 'merge', shadowed }
}

function sourcesOf(part: Part): readonly number[] {
  return isKeys(part) ? [...part.values()].flatMap(sourcesOf) : part.from
}

function objectOf(keys: Keys): JsonObject {
  return Object.fromEntries(inOrder(keys).map(([name, part]) => [name, isKeys(part) ? objectOf(part) : part.value]))
}

function collect(keys: Keys, above: readonly string[], given: Map<string, Given<JsonValue>>): void {
  for (const [name, part] of inOrder(keys)) {
    const key = [...above, name]
    if (isKeys(part)) collect(part, key, given)
    else given.set(formatPointer(key), part)
  }
}

/** As the fields of a context have them, whoever they came from. */
function inOrder(keys: Keys): [string, Part][] {
  return [...keys].sort(([left], [right]) => compareText(left, right))
}

/** A key such as `__proto__` is nothing special here. */
function valueAt(object: JsonObject, name: string): JsonValue | Nothing {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function isKeys(part: Part): part is Keys {
  return part instanceof Map
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
