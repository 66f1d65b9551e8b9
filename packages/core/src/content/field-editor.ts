import type { JsonObject, JsonValue } from '../json.ts'
import type { FieldKeys } from './json-pointer.ts'
import { PointerTree } from './pointer-tree.ts'
import type { Leaf } from './stored-json.ts'
import { assertFieldKeys, leavesOf } from './stored-json.ts'

/** One write of fields or meta. */
export interface FieldStep {
  readonly keys: FieldKeys
  /** What now stands at and below the pointer; `undefined` when it was removed. */
  readonly leaves: readonly Leaf[] | undefined
}

/**
 * A JSON object while it is edited, key by key. What is written at a pointer
 * replaces what stood at it, above it and below it; an object whose last key is
 * removed is gone too, because objects exist by their leaves.
 */
export class FieldEditor {
  readonly #base: JsonObject
  readonly #assertAllowed: (leaves: readonly Leaf[]) => void
  readonly #steps: FieldStep[] = []
  #tree: PointerTree<JsonValue> | undefined

  constructor(base: JsonObject, assertAllowed: (leaves: readonly Leaf[]) => void = () => {}) {
    this.#base = base
    this.#assertAllowed = assertAllowed
  }

  /** The writes that changed something or confirmed a value; a removal of nothing is none. */
  get steps(): readonly FieldStep[] {
    return this.#steps
  }

  get(keys: FieldKeys): JsonValue | undefined {
    return this.#currentTree().toJson(keys, itself)
  }

  set(keys: FieldKeys, value: unknown): void {
    const leaves = leavesOf(keys, value)
    this.#assertAllowed(leaves)
    const tree = this.#currentTree()
    tree.takeConflicting(keys)
    for (const leaf of leaves) tree.insert(leaf.keys, leaf.value)
    this.#steps.push({ keys, leaves })
  }

  remove(keys: FieldKeys): void {
    assertFieldKeys(keys)
    const tree = this.#currentTree()
    if (!tree.has(keys)) return
    tree.takeConflicting(keys)
    this.#steps.push({ keys, leaves: undefined })
  }

  toJson(): JsonObject {
    return this.#steps.length === 0 ? this.#base : this.#currentTree().toJsonObject(itself)
  }

  #currentTree(): PointerTree<JsonValue> {
    if (this.#tree === undefined) {
      this.#tree = new PointerTree()
      for (const key of Object.keys(this.#base)) {
        for (const leaf of leavesOf([key], this.#base[key])) this.#tree.insert(leaf.keys, leaf.value)
      }
    }
    return this.#tree
  }
}

function itself(value: JsonValue): JsonValue {
  return value
}
