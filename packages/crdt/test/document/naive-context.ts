import type { DraftOperation, JsonValue } from '@hcfs/core'

/** What a write says. */
interface Leaf {
  /** The pointer of a register; the value of a set as text. */
  readonly keys: readonly string[]
  /** JSON text of a leaf; `undefined` for "removed", and in sets. */
  readonly json: string | undefined
  readonly time: number
}

/** One write that is there until some edit that has seen it deletes it. */
interface Entry extends Leaf {
  readonly id: number
  readonly part: 'fields' | 'meta' | 'tags' | 'links'
}

/** What an edit does to the entries; applying it twice, or in another causal order, changes nothing. */
export interface NaiveEdit {
  readonly added: readonly Entry[]
  readonly deleted: readonly number[]
}

let lastId = 0

/**
 * Fields, meta, tags and links by the words of the specification: a list of all
 * entries ever and a set of the deleted ones, searched from end to end. Knows
 * nothing of Yjs, keys or trees.
 */
export class NaiveContext {
  readonly #entries: Map<number, Entry>
  readonly #deleted: Set<number>

  constructor(entries: Iterable<Entry> = [], deleted: Iterable<number> = []) {
    this.#entries = new Map([...entries].map((entry) => [entry.id, entry]))
    this.#deleted = new Set(deleted)
  }

  copy(): NaiveContext {
    return new NaiveContext(this.#entries.values(), this.#deleted)
  }

  apply({ added, deleted }: NaiveEdit): void {
    for (const entry of added) this.#entries.set(entry.id, entry)
    for (const id of deleted) this.#deleted.add(id)
  }

  /** Makes an edit here and returns it for the others. */
  edit(operations: readonly DraftOperation[], time: number): NaiveEdit {
    const whole = { added: [] as Entry[], deleted: [] as number[] }
    for (const operation of operations) {
      const step = this.#step(operation, time)
      this.apply(step)
      whole.added.push(...step.added)
      whole.deleted.push(...step.deleted)
    }
    return whole
  }

  /** `pointer = value` of each leaf. */
  leaves(part: 'fields' | 'meta'): string[] {
    const visible = this.#kept(part).filter(({ json }) => json !== undefined)
    return visible.map(({ keys, json }) => `${JSON.stringify(keys)} = ${json}`).sort()
  }

  members(part: 'tags' | 'links'): string[] {
    return [...new Set(this.#live(part).map(({ keys }) => keys[0]!))].sort()
  }

  #step(operation: DraftOperation, time: number): NaiveEdit {
    switch (operation.kind) {
      case 'field.set':
      case 'meta.set':
        return this.#write(partOf(operation.kind), operation.keys, leavesAt(operation.keys, operation.value, time))
      case 'field.remove':
      case 'meta.remove':
        return this.#remove(partOf(operation.kind), { keys: operation.keys, json: undefined, time })
      case 'tag.add':
        return added([entry('tags', { keys: [operation.tag], json: undefined, time })])
      case 'link.add':
        return added([
          entry('links', { keys: [JSON.stringify([operation.link.rel, operation.link.to])], json: undefined, time })
        ])
      case 'tag.remove':
        return this.#removeMember('tags', operation.tag)
      case 'link.remove':
        return this.#removeMember('links', JSON.stringify([operation.link.rel, operation.link.to]))
      default:
        return added([])
    }
  }

  #write(part: 'fields' | 'meta', keys: readonly string[], leaves: readonly Leaf[]): NaiveEdit {
    const kept = this.#kept(part)
    const inConflict = this.#live(part).filter((each) => doConflict(each.keys, keys))
    const keptInConflict = inConflict.filter((each) => kept.includes(each))
    const hidden = this.#live(part).filter((each) => !kept.includes(each))
    const hiddenByThem = hidden.filter((each) => keptInConflict.some((other) => doConflict(each.keys, other.keys)))
    return {
      added: leaves.map((leaf) => entry(part, leaf)),
      deleted: [...inConflict, ...hiddenByThem].map(({ id }) => id)
    }
  }

  #remove(part: 'fields' | 'meta', removed: Leaf): NaiveEdit {
    const isThere = this.#kept(part).some(
      (each) => each.json !== undefined && removed.keys.every((key, at) => each.keys[at] === key)
    )
    return isThere ? this.#write(part, removed.keys, [removed]) : added([])
  }

  #removeMember(part: 'tags' | 'links', member: string): NaiveEdit {
    const seen = this.#live(part).filter(({ keys }) => keys[0] === member)
    return { added: [], deleted: seen.map(({ id }) => id) }
  }

  #live(part: Entry['part']): Entry[] {
    return [...this.#entries.values()].filter((each) => each.part === part && !this.#deleted.has(each.id))
  }

  /** From the latest to the earliest, what conflicts with none kept before. Times never tie: each edit has its own. */
  #kept(part: 'fields' | 'meta'): Entry[] {
    const kept: Entry[] = []
    for (const each of this.#live(part).sort((left, right) => right.time - left.time)) {
      if (!kept.some((other) => doConflict(each.keys, other.keys))) kept.push(each)
    }
    return kept
  }
}

export function leavesOf(keys: readonly string[], value: JsonValue): [readonly string[], string][] {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const entries: [string, JsonValue][] = isObject ? Object.entries(value) : []
  if (entries.length === 0) return [[keys, JSON.stringify(value)]]
  return entries.flatMap(([name, inner]) => leavesOf([...keys, name], inner))
}

function leavesAt(keys: readonly string[], value: JsonValue, time: number): Leaf[] {
  return leavesOf(keys, value).map(([at, json]) => ({ keys: at, json, time }))
}

function entry(part: Entry['part'], leaf: Leaf): Entry {
  lastId += 1
  return { ...leaf, id: lastId, part }
}

function added(entries: readonly Entry[]): NaiveEdit {
  return { added: entries, deleted: [] }
}

function partOf(kind: 'field.set' | 'field.remove' | 'meta.set' | 'meta.remove'): 'fields' | 'meta' {
  return kind.startsWith('field') ? 'fields' : 'meta'
}

function doConflict(left: readonly string[], right: readonly string[]): boolean {
  const [short, long] = left.length < right.length ? [left, right] : [right, left]
  return short.every((key, index) => long[index] === key)
}
