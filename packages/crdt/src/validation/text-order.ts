import * as Y from 'yjs'
import type { DocumentItems } from '../document/document-items.ts'
import type { PlacedStruct } from './place-structs.ts'
import type { ScannedStruct, StructId } from './scan-update.ts'
import { updateRefusal } from './update-refusal.ts'

type StructsOfClient = ReturnType<DocumentItems['structsOf']>

/** How far each client is written in some version of a document. */
export type StateVector = ReadonlyMap<number, number>

/**
 * Checks that every insertion into the body is one that an editor could have made.
 *
 * An editor inserts between two neighbours, and replicas agree on the order of
 * concurrent insertions for those only. It is not enough that the left one
 * stands somewhere left of the right one: replicas that apply such an insertion
 * and concurrent ones in different orders can end with different texts for ever.
 *
 * The author may have edited an older version than `base`. Whichever it was, it
 * holds what the update names, and all that these items name in turn. So the
 * least such version decides: neighbours in a version that includes it are
 * neighbours in it as well. The answer depends on the update and `base`, not on
 * what else the document holds. The cost is linear in update and document.
 */
export function checkTextOrder(document: DocumentItems, structs: readonly PlacedStruct[], base: StateVector): void {
  const insertions = structs.filter(({ place }) => place.root === 'body').map(({ struct }) => struct)
  if (insertions.length === 0) return
  // Neighbours in `base` are neighbours in the least version; this is the usual case, and costs no walk.
  if (firstMisplaced(document, insertions, base) === undefined) return
  const misplaced = firstMisplaced(document, insertions, leastVersion(document, insertions, base))
  if (misplaced === undefined) return
  const { client, clock } = misplaced
  const reason = 'a text is inserted between two items that no editor showed side by side'
  throw updateRefusal('UPDATE_ORDER_BROKEN', reason, { client, clock })
}

function firstMisplaced(document: DocumentItems, insertions: readonly ScannedStruct[], version: StateVector) {
  const text = new TextOfAuthor(document, version)
  return insertions.find((insertion) => !text.insert(insertion))
}

/** The least version that holds what the insertions name, what their clients wrote before, and what that names in turn. */
function leastVersion(document: DocumentItems, insertions: readonly ScannedStruct[], base: StateVector): StateVector {
  const version = new Map<number, number>()
  const wanted: StructId[] = []
  const want = (id: StructId | null | undefined): void => {
    if (id && id.clock < clockIn(base, id.client)) wanted.push(id)
  }
  for (const { client, origin, rightOrigin } of insertions) {
    want({ client, clock: clockIn(base, client) - 1 })
    want(origin)
    want(rightOrigin)
  }
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    const from = clockIn(version, id.client)
    if (id.clock < from) continue
    version.set(id.client, id.clock + 1)
    for (const item of itemsBetween(document.structsOf(id.client), from, id.clock)) {
      want(item.origin)
      want(item.rightOrigin)
    }
  }
  return version
}

function* itemsBetween(structs: StructsOfClient, first: number, last: number): Generator<Y.Item> {
  for (let index = Y.findIndexSS(structs, first); index < structs.length; index += 1) {
    const struct = structs[index]!
    if (struct.id.clock > last) return
    if (struct instanceof Y.Item) yield struct
  }
}

/**
 * The body as its author saw it: the items of a version of the document, deleted
 * ones included, and what the update inserts. Built from the document's own
 * list, of which it passes over what the version does not hold.
 */
class TextOfAuthor {
  readonly #document: DocumentItems
  readonly #version: StateVector
  /** What follows an id, where the update has changed that. */
  readonly #followers = new Map<number, Map<number, StructId | undefined>>()
  #first: StructId | undefined

  constructor(document: DocumentItems, version: StateVector) {
    this.#document = document
    this.#version = version
    this.#first = this.#known(document.firstOfBody)
  }

  /** Inserts a struct between its neighbours; `false` if they are none. */
  insert(struct: ScannedStruct): boolean {
    const { client, clock, length, origin, rightOrigin } = struct
    const follower = origin === undefined ? this.#first : this.#after(origin)
    if (!isSame(follower, rightOrigin)) return false
    if (origin === undefined) this.#first = struct
    else this.#follow(origin, struct)
    this.#follow({ client, clock: clock + length - 1 }, rightOrigin)
    return true
  }

  #after({ client, clock }: StructId): StructId | undefined {
    const followers = this.#followers.get(client)
    if (followers?.has(clock)) return followers.get(clock)
    const next = { client, clock: clock + 1 }
    // Inside an insertion of the update: its last id has a follower above.
    if (clock >= clockIn(this.#version, client)) return next
    const structs = this.#document.structsOf(client)
    const item = structs[Y.findIndexSS(structs, clock)]!
    if (next.clock < item.id.clock + item.length && next.clock < clockIn(this.#version, client)) return next
    return item instanceof Y.Item ? this.#known(item.right) : undefined
  }

  /** The first item from here on that belongs to the version. */
  #known(item: Y.Item | null): StructId | undefined {
    for (let candidate = item; candidate !== null; candidate = candidate.right) {
      const { client, clock } = candidate.id
      if (clock < clockIn(this.#version, client)) return candidate.id
    }
    return undefined
  }

  #follow({ client, clock }: StructId, follower: StructId | undefined): void {
    const followers = this.#followers.get(client)
    if (followers === undefined) this.#followers.set(client, new Map([[clock, follower]]))
    else followers.set(clock, follower)
  }
}

function clockIn(version: StateVector, client: number): number {
  return version.get(client) ?? 0
}

function isSame(left: StructId | undefined, right: StructId | undefined): boolean {
  return left === right || (left?.client === right?.client && left?.clock === right?.clock)
}
