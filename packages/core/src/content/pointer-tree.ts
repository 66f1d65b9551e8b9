import type { JsonObject, JsonValue } from '../json.ts'
import { compareText } from './content.ts'
import type { FieldKeys } from './json-pointer.ts'

interface Branch<Item> {
  items: Item[]
  readonly children: Map<string, Branch<Item>>
}

/**
 * Items by the JSON pointers they stand at, so that those whose pointers conflict
 * with one (see `doConflict`) are found without looking at the others.
 */
export class PointerTree<Item> {
  readonly #root: Branch<Item> = { items: [], children: new Map() }

  insert(keys: FieldKeys, item: Item): void {
    let branch = this.#root
    for (const key of keys) {
      let child = branch.children.get(key)
      if (child === undefined) {
        child = { items: [], children: new Map() }
        branch.children.set(key, child)
      }
      branch = child
    }
    branch.items.push(item)
  }

  /** Whether an item stands at a pointer that conflicts with this one. */
  hasConflict(keys: FieldKeys): boolean {
    let branch = this.#root
    for (const key of keys) {
      const child = branch.children.get(key)
      if (child === undefined) return false
      if (child.items.length > 0) return true
      branch = child
    }
    // No branch is without an item below it, so one that got us here means a conflict further down.
    return true
  }

  /** Takes out the items at pointers that conflict with this one. */
  takeConflicting(keys: FieldKeys): Item[] {
    const taken: Item[] = []
    const branches = [this.#root]
    for (const key of keys) {
      const branch = branches.at(-1)!.children.get(key)
      if (branch === undefined) break
      taken.push(...branch.items)
      branch.items = []
      branches.push(branch)
    }
    if (branches.length > keys.length) takeBelow(branches.at(-1)!, taken)
    this.#prune(branches, keys)
    return taken
  }

  /** Whether an item stands at this pointer or below it. */
  has(keys: FieldKeys): boolean {
    return this.#branchAt(keys) !== undefined
  }

  /** The JSON value below a pointer, where each branch's first item gives its value; keys are sorted. */
  toJson(keys: FieldKeys, valueFor: (item: Item) => JsonValue | undefined): JsonValue | undefined {
    const branch = this.#branchAt(keys)
    return branch === undefined ? undefined : jsonOf(branch, valueFor)
  }

  toJsonObject(valueFor: (item: Item) => JsonValue | undefined): JsonObject {
    return objectOf(this.#root, valueFor) ?? EMPTY
  }

  #branchAt(keys: FieldKeys): Branch<Item> | undefined {
    let branch: Branch<Item> | undefined = this.#root
    for (const key of keys) branch = branch?.children.get(key)
    return branch
  }

  /** Removes what has become empty on the way down `keys`, from below. */
  #prune(branches: readonly Branch<Item>[], keys: FieldKeys): void {
    for (let depth = branches.length - 1; depth > 0; depth -= 1) {
      const { items, children } = branches[depth]!
      if (items.length === 0 && children.size === 0) branches[depth - 1]!.children.delete(keys[depth - 1]!)
    }
  }
}

const EMPTY: JsonObject = Object.freeze({})

function takeBelow<Item>(branch: Branch<Item>, taken: Item[]): void {
  for (const child of branch.children.values()) {
    for (const item of child.items) taken.push(item)
    takeBelow(child, taken)
  }
  branch.children.clear()
}

function jsonOf<Item>(branch: Branch<Item>, valueFor: (item: Item) => JsonValue | undefined): JsonValue | undefined {
  const first = branch.items[0]
  return first === undefined ? objectOf(branch, valueFor) : valueFor(first)
}

/** An object exists by its leaves: without one there is none. */
function objectOf<Item>(branch: Branch<Item>, valueFor: (item: Item) => JsonValue | undefined): JsonObject | undefined {
  const object: Record<string, JsonValue> = {}
  let isEmpty = true
  for (const key of [...branch.children.keys()].sort(compareText)) {
    const value = jsonOf(branch.children.get(key)!, valueFor)
    if (value === undefined) continue
    isEmpty = false
    if (key === '__proto__') defineProto(object, value)
    else object[key] = value
  }
  return isEmpty ? undefined : Object.freeze(object)
}

/** A plain assignment would set the prototype of the object instead of a key. */
function defineProto(object: Record<string, JsonValue>, value: JsonValue): void {
  Object.defineProperty(object, '__proto__', { value, enumerable: true, configurable: true, writable: true })
}
