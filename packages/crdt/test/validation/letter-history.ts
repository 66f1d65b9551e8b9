import fc from 'fast-check'
import * as Y from 'yjs'
import type { DocumentItems } from '../../src/document/document-items.ts'
import { itemsOf } from '../../src/document/document-items.ts'
import type { PlacedStruct } from '../../src/validation/place-structs.ts'
import { checkTextOrder } from '../../src/validation/text-order.ts'
import { bodyOf, written, yjsWith } from './scene.ts'
import type { Id } from './write-update.ts'
import { holding, writeUpdate } from './write-update.ts'

/** One letter, inserted by an editor or by somebody who chose its neighbours freely. */
export interface Insertion {
  readonly update: Uint8Array
  /** The insertions its author had seen, by their place in the history. */
  readonly past: ReadonlySet<number>
}

export interface Chosen {
  readonly client: number
  /** Which earlier insertions the author knows, with all that these know. */
  readonly knows: readonly number[]
  readonly left: number
  readonly right: number
  readonly isHonest: boolean
}

export const chosen: fc.Arbitrary<Chosen> = fc.record({
  client: fc.constantFrom(10, 20, 30, 40),
  knows: fc.array(fc.nat(20), { maxLength: 3 }),
  left: fc.nat(20),
  right: fc.nat(20),
  isHonest: fc.constantFrom(true, true, false)
})

/**
 * Plays insertions into a body. Those with freely chosen neighbours happen only
 * if the check lets them pass where they are made.
 */
export function play(choices: readonly Chosen[], checks: { skipped: boolean } = { skipped: false }): Insertion[] {
  const history: Insertion[] = []
  const latest = new Map<number, number>()
  for (const { client, knows, left, right, isHonest } of choices) {
    const past = new Set<number>()
    for (const index of [latest.get(client), ...knows.map((each) => each % (history.length + 1))])
      know(history, past, index)
    const before = [...past].sort((a, b) => a - b).map((index) => history[index]!.update)
    const update = isHonest ? typed(client, before, left) : forged(client, before, { left, right, checks })
    if (update === undefined) continue
    latest.set(client, history.length)
    history.push({ update, past })
  }
  return history
}

/** The ids of all letters, deleted ones included, in the order of the text. */
export function lettersOf(items: DocumentItems): Id[] {
  const ids: Id[] = []
  for (let item = items.firstOfBody; item !== null; item = item.right) {
    for (let offset = 0; offset < item.length; offset += 1) ids.push([item.id.client, item.id.clock + offset])
  }
  return ids
}

/** A letter as validation sees it, between two neighbours. */
export function placed([client, clock]: Id, neighbours: readonly [Id | undefined, Id | undefined]): PlacedStruct {
  const [origin, rightOrigin] = neighbours.map((id) => id && { client: id[0], clock: id[1] })
  const struct = { client, clock, length: 1, kind: 'text', origin, rightOrigin } as const
  return {
    struct: { ...struct, place: undefined, value: undefined, contentAt: 0 },
    place: { root: 'body', key: undefined }
  }
}

export function stateVectorOf(document: Y.Doc): Map<number, number> {
  return Y.decodeStateVector(Y.encodeStateVector(document))
}

function know(history: readonly Insertion[], past: Set<number>, index: number | undefined): void {
  const insertion = index === undefined ? undefined : history[index]
  if (index === undefined || insertion === undefined) return
  for (const each of insertion.past) past.add(each)
  past.add(index)
}

function typed(client: number, before: readonly Uint8Array[], at: number): Uint8Array {
  return written(client, before, (document) => document.getText('body').insert(at % (bodyOf(document).length + 1), 'x'))
}

function forged(
  client: number,
  before: readonly Uint8Array[],
  { left, right, checks }: { left: number; right: number; checks: { skipped: boolean } }
): Uint8Array | undefined {
  const document = yjsWith(...before)
  const letters: (Id | undefined)[] = [undefined, ...lettersOf(itemsOf(document))]
  const [origin, rightOrigin] = [letters[left % letters.length], letters[right % letters.length]]
  const clock = Y.getState(document.store, client)
  if (!checks.skipped) {
    try {
      checkTextOrder(itemsOf(document), [placed([client, clock], [origin, rightOrigin])], stateVectorOf(document))
    } catch {
      return undefined
    }
  }
  const content = holding.text('x')
  const struct = { content, ...(origin && { origin }), ...(rightOrigin && { right: rightOrigin }) }
  return writeUpdate({ sections: [{ id: [client, clock], structs: [struct] }] })
}
