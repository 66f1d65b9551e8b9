import type { Link } from '../content/content.ts'
import type { CommitId, DeviceId } from '../ids/ids.ts'
import type { JsonObject } from '../json.ts'
import type { ContextPath } from '../paths/context-path.ts'
import type { By } from './by.ts'
import type { ContextMeta } from './context.ts'
import type { Version } from './receipt.ts'

/** How the value of a context combines with what it inherits. */
export const INHERIT_RULES = ['override', 'append', 'merge', 'union', 'deny', 'lock', 'own'] as const

export type InheritRule = (typeof INHERIT_RULES)[number]

/** A context that gave a value. */
export interface EffectiveSource {
  readonly path: ContextPath
  readonly version: Version
  /** With blame by contexts: of the newest write of that version. With blame by keys: of the write that gave this value. */
  readonly author: DeviceId
  readonly by?: By
  /** ISO 8601, from the author's clock. */
  readonly updatedAt: string
  /** `meta.priority` of the context, where that is a number: what should be left out last where there is not room for all. */
  readonly priority?: number
  /** Only with blame by keys. */
  readonly commit?: CommitId
}

/** Where a value came from. */
export interface Blame {
  /** Top of the tree first; more than one where values were joined. */
  readonly from: readonly EffectiveSource[]
  readonly rule: InheritRule
  /** Where the rule is declared; absent for a default. */
  readonly ruleFrom?: ContextPath
  /** Whose values this one replaced. */
  readonly shadowed: readonly EffectiveSource[]
}

/** A value that a rule left out, or a rule that could not be followed. */
export interface RuleViolation {
  /** What it concerns: a JSON pointer of a field, `tags`, `links`, `body`, or `#` and the headings that lead to a section. */
  readonly key: string
  /** Whose value it is. */
  readonly path: ContextPath
  readonly rule: InheritRule
  readonly ruleFrom: ContextPath
  /** `does-not-fit`: the values are of types that the rule cannot join, so the nearer one counts. */
  readonly kind: 'denied' | 'locked' | 'does-not-fit'
}

/** What a context amounts to together with everything above it. */
export interface EffectiveContext<Fields extends JsonObject = JsonObject> {
  readonly path: ContextPath
  readonly body: string
  readonly fields: Fields
  readonly tags: readonly string[]
  readonly links: readonly Link[]
  /** The context's own: meta is never inherited. */
  readonly meta: ContextMeta
  /** Absent where nothing is written at the path itself. */
  readonly version?: Version
  /** The contexts it was made of, from the top down. */
  readonly chain: readonly EffectiveSource[]
  /** By key, as in `RuleViolation`. */
  readonly blame: Readonly<Record<string, Blame>>
  readonly violations: readonly RuleViolation[]
}

/** How well the kept answers serve. */
export interface EffectiveCacheStatus {
  readonly hits: number
  readonly misses: number
  /** Roughly what they take in memory. */
  readonly bytes: number
  readonly bytesMax: number
}
