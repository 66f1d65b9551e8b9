import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { itemsOf } from '../../src/document/document-items.ts'
import { checkTextOrder } from '../../src/validation/text-order.ts'
import { inCausalOrder } from './causal-order.ts'
import type { Insertion } from './letter-history.ts'
import { chosen, lettersOf, placed, play, stateVectorOf } from './letter-history.ts'
import { yjsWith } from './scene.ts'
import type { Id } from './write-update.ts'

const letters = fc.array(chosen, { minLength: 2, maxLength: 14 })
const orders = fc.array(fc.nat(), { minLength: 20, maxLength: 20 })

/*
 * Goal: replicas agree on every text whose insertions passed the check, even
 * where their neighbours were chosen by somebody who wants them to disagree.
 * Method: several clients insert letters, some with any neighbours that pass;
 * two replicas get everything in different causal orders.
 */
test('what passes ends in one text, whatever the order of arrival', () => {
  fc.assert(
    fc.property(letters, orders, (choices, order) => {
      const history = play(choices)
      expect(textOf(inCausalOrder(history, order))).toEqual(textOf(history))
    }),
    { numRuns: 1_000 }
  )
})

test('without the check it does not', () => {
  const { failed } = fc.check(
    fc.property(letters, orders, (choices, order) => {
      const history = play(choices, { skipped: true })
      expect(textOf(inCausalOrder(history, order))).toEqual(textOf(history))
    }),
    { numRuns: 20_000, endOnFailure: true }
  )
  expect(failed).toBe(true)
})

/*
 * Goal: the check says yes exactly when some version exists in which each
 * insertion stands between neighbours.
 * Method: look at every version of a small document.
 */
describe('an insertion passes if and only if an editor could have made it in some version', () => {
  const gap = fc.record({ left: fc.nat(20), right: fc.nat(20), isBesideLeft: fc.boolean() })

  test.each([1, 2, 3])('with %i insertions in one update', (count) => {
    fc.assert(
      fc.property(
        fc.array(chosen, { minLength: 1, maxLength: 7 }),
        fc.constantFrom(10, 20, 50),
        fc.array(gap, { minLength: count, maxLength: count }),
        (choices, client, gaps) => {
          const document = yjsWith(...play(choices).map(({ update }) => update))
          const insertions = insertionsInto(document, client, gaps)
          const structs = insertions.map(({ id, left, right }) => placed(id, [left, right]))
          const check = () => checkTextOrder(itemsOf(document), structs, stateVectorOf(document))
          if (isPossible(document, insertions)) check()
          else expect(check).toThrow(expect.objectContaining({ code: 'UPDATE_ORDER_BROKEN' }))
        }
      ),
      { numRuns: 500 }
    )
  })

  interface Inserted {
    readonly id: Id
    readonly left: Id | undefined
    readonly right: Id | undefined
  }

  type Gap = typeof gap extends fc.Arbitrary<infer Value> ? Value : never

  /** Between neighbours from the text and from the insertions before. */
  function insertionsInto(document: Y.Doc, client: number, gaps: readonly Gap[]): Inserted[] {
    const text = lettersOf(itemsOf(document))
    const start = stateVectorOf(document).get(client) ?? 0
    return gaps.map(({ left, right, isBesideLeft }, index) => {
      const at = left % (text.length + 1)
      const id: Id = [client, start + index]
      const inserted = { id, left: text[at - 1], right: isBesideLeft ? text[at] : text[right % (text.length + 1)] }
      text.splice(at, 0, id)
      return inserted
    })
  }

  function isPossible(document: Y.Doc, insertions: readonly Inserted[]): boolean {
    const text = lettersOf(itemsOf(document))
    const [client, start] = insertions[0]!.id
    return versionsOf(document).some((version) => {
      if ((version.get(client) ?? 0) !== start) return false
      const seen = text.filter(([author, clock]) => clock < (version.get(author) ?? 0))
      return insertions.every(({ id, left, right }) => {
        const at = left === undefined ? 0 : indexIn(seen, left) + 1
        if ((left !== undefined && at === 0) || String(seen[at]) !== String(right)) return false
        seen.splice(at, 0, id)
        return true
      })
    })
  }
})

function indexIn(ids: readonly Id[], [client, clock]: Id): number {
  return ids.findIndex((id) => id[0] === client && id[1] === clock)
}

/** Every state vector below the document's that holds what its own items name. */
function versionsOf(document: Y.Doc): Map<number, number>[] {
  let versions = [new Map<number, number>()]
  for (const [client, end] of stateVectorOf(document)) {
    const clocks = Array.from({ length: end + 1 }, (_, clock) => clock)
    versions = versions.flatMap((version) => clocks.map((clock) => new Map(version).set(client, clock)))
  }
  return versions.filter((version) => isClosed(document, version))
}

function isClosed(document: Y.Doc, version: ReadonlyMap<number, number>): boolean {
  const holds = (id: Y.ID | null): boolean => id === null || id.clock < (version.get(id.client) ?? 0)
  for (let item = document.getText('body')._start; item !== null; item = item.right) {
    if (holds(item.id) && !(holds(item.origin) && holds(item.rightOrigin))) return false
  }
  return true
}

function textOf(history: readonly Insertion[]): Id[] {
  return lettersOf(itemsOf(yjsWith(...history.map(({ update }) => update))))
}
