import type { SetStep } from '@hcfs/core'
import type * as Y from 'yjs'
import type { KeyOwner } from './owned-key.ts'
import { ownedKey } from './owned-key.ts'

/** How one kind of value stands in the keys of a map. */
export interface OwnedSetKind<Value> {
  /** The value of a valid entry. */
  readonly read: (key: string, stored: unknown) => Value | undefined
  readonly nameOf: (value: Value) => string
  readonly compare: (left: Value, right: Value) => number
}

/** The entries of a map root, as a Yjs map has them. */
interface StoredEntries {
  forEach(each: (stored: unknown, key: string) => void): void
}

/** Sorted, each once, frozen. */
export function sortedValues<Value>(entries: StoredEntries, kind: OwnedSetKind<Value>): readonly Value[] {
  const values = new Map<string, Value>()
  entries.forEach((stored, key) => {
    const value = kind.read(key, stored)
    if (value !== undefined) values.set(kind.nameOf(value), value)
  })
  return Object.freeze([...values.values()].sort(kind.compare))
}

/**
 * A set in a flat Yjs map: one key for each value and writer; a value is in the
 * set while any of its keys is there.
 *
 * Adding always writes the writer's own key anew, and removing deletes the keys
 * it has seen. So an addition that a removal has not seen survives it.
 */
export class OwnedSet<Value> {
  readonly #map: Y.Map<unknown>
  readonly #kind: OwnedSetKind<Value>

  constructor(map: Y.Map<unknown>, kind: OwnedSetKind<Value>) {
    this.#map = map
    this.#kind = kind
  }

  /** Sorted, each once, frozen. */
  toArray(): readonly Value[] {
    return sortedValues(this.#map, this.#kind)
  }

  /** Inside a transaction. The steps are checked. */
  write(steps: readonly SetStep<Value>[], owner: KeyOwner): void {
    if (steps.length === 0) return
    const keysOf = this.#keysByName()
    for (const { kind, value } of steps) {
      const name = this.#kind.nameOf(value)
      const keys = keysOf.get(name) ?? new Set()
      if (kind === 'add') {
        const key = ownedKey(name, owner)
        this.#map.set(key, true)
        keysOf.set(name, keys.add(key))
      } else {
        for (const key of keys) this.#map.delete(key)
        keysOf.delete(name)
      }
    }
  }

  #keysByName(): Map<string, Set<string>> {
    const keysOf = new Map<string, Set<string>>()
    this.#map.forEach((stored, key) => {
      const value = this.#kind.read(key, stored)
      if (value === undefined) return
      const name = this.#kind.nameOf(value)
      keysOf.set(name, (keysOf.get(name) ?? new Set()).add(key))
    })
    return keysOf
  }
}
