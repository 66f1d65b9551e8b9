import type { FieldKeys, HybridTime, JsonValue } from '@hcfs/core'
import {
  compareText,
  FORMAT_LIMITS,
  formatPointer,
  isFieldKey,
  isMetaValue,
  isStoredLeaf,
  parsePointer
} from '@hcfs/core'
import type { KeyOwner } from './owned-key.ts'
import { parseOwnedKey } from './owned-key.ts'

/** The roots that hold registers. */
export type RegisterRoot = 'fields' | 'meta'

/** What one writer last said about one JSON pointer. */
export interface Register {
  /** Its key in the root. */
  readonly key: string
  readonly keys: FieldKeys
  readonly owner: KeyOwner
  readonly time: HybridTime
  /** `undefined`: the writer removed what stood at, above or below the pointer. */
  readonly value: JsonValue | undefined
}

/** How a register stands in its root: `[time]` or `[time, value]`. An array, because names would cost bytes in each. */
export type StoredRegister = readonly [HybridTime] | readonly [HybridTime, JsonValue]

const { fieldsDepthMax } = FORMAT_LIMITS

/**
 * Reads one entry of `fields` or `meta`. `undefined` when it is not one that
 * this implementation would have written: validation refuses those, and what
 * got past it is left out of the content, by every replica alike.
 */
export function readRegister(root: RegisterRoot, key: string, stored: unknown): Register | undefined {
  const parsed = parseOwnedKey(key)
  const keys = parsed && parsePointer(parsed.name)
  if (parsed === undefined || keys === undefined || !areFieldKeys(keys) || !isStored(stored)) return undefined
  const [time, value] = stored
  if (value !== undefined && !isStoredLeaf(value, keys.length)) return undefined
  if (root === 'meta' && value !== undefined && !isMetaValue(value)) return undefined
  return { key, keys, owner: parsed.owner, time: time as HybridTime, value }
}

export function storedRegister(time: HybridTime, value: JsonValue | undefined): StoredRegister {
  return value === undefined ? [time] : [time, value]
}

/**
 * Which of two conflicting registers counts: the later one; of two at the same
 * time the one with the greater writer, then session, then the lesser pointer.
 * Only forged registers get further than the writer.
 */
export function compareRegisters(left: Register, right: Register): number {
  return (
    right.time - left.time ||
    compareText(right.owner.tag, left.owner.tag) ||
    right.owner.session - left.owner.session ||
    compareText(formatPointer(left.keys), formatPointer(right.keys))
  )
}

function areFieldKeys(keys: FieldKeys): boolean {
  return keys.length > 0 && keys.length <= fieldsDepthMax && keys.every(isFieldKey)
}

function isStored(stored: unknown): stored is readonly [number] | readonly [number, unknown] {
  if (!Array.isArray(stored) || stored.length < 1 || stored.length > 2) return false
  return Number.isSafeInteger(stored[0]) && stored[0] >= 0 && (stored.length === 1 || stored[1] !== undefined)
}
