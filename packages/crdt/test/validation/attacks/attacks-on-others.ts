import { FORMAT_LIMITS } from '@hcfs/core'
import { textClientIdOf } from '../../../src/document/ids.ts'
import {
  ADAS_WRITES,
  ada,
  bob,
  bodyOf,
  clientOf,
  DOC,
  LETTERS,
  MALLORY,
  MALLORYS_STATUS,
  mallory,
  NOW,
  written,
  yjsWith
} from '../scene.ts'
import { holding, writeUpdate } from '../write-update.ts'
import type { Attack } from './attack.ts'
import { afterAll, afterC, bodyAfterThrow, haveEqualStateVectors, mallorys, waiting } from './attack.ts'

/** What Ada writes next. */
const ADAS_NEXT = written(ada, ADAS_WRITES, (document) => document.getText('body').insert(3, 'd'))
/** What Bob writes between Ada's first two letters. */
const BOBS_LETTER = written(bob, ADAS_WRITES, (document) => document.getText('body').insert(1, 'Y'))
/** What Bob writes when he has seen Ada's first letter only. */
const BOBS_EARLY_LETTER = written(bob, ADAS_WRITES.slice(0, 1), (document) => document.getText('body').insert(1, 'Y'))

const FIRST_TEXT = 'a text that is imported everywhere'
const textClient = textClientIdOf(DOC, FIRST_TEXT)
const [low, high] = [clientOf(MALLORY, 1), mallory].sort((left, right) => left - right) as [number, number]

const SIBLINGS = FORMAT_LIMITS.updateSiblingsMax + 1

/** Other people's ids, clocks, deletes and places. */
export const ATTACKS_ON_OTHERS: readonly Attack[] = [
  {
    name: 'forges a struct of another author',
    code: 'UPDATE_CLIENT_UNDECLARED',
    payload: () =>
      writeUpdate({ sections: [{ id: [ada, 4], structs: [{ content: holding.text('X'), origin: LETTERS.c }] }] }),
    length: 1,
    harm: {
      does: 'ends in two documents with equal state vectors and different texts, for ever',
      see(payload) {
        const [here, there] = [afterAll(payload, ADAS_NEXT), afterAll(ADAS_NEXT, payload)]
        return { bodies: [bodyOf(here), bodyOf(there)], lookEqual: haveEqualStateVectors(here, there) }
      },
      seen: { bodies: ['abcX', 'abcd'], lookEqual: true }
    }
  },
  {
    name: 'brings 2^45 garbage-collected letters of another author',
    code: 'UPDATE_CONTENT_FORBIDDEN',
    payload: () => writeUpdate({ sections: [{ id: [ada, 4], structs: [{ content: holding.gc(2 ** 45) }] }] }),
    harm: {
      does: 'ignores whatever that author writes from now on',
      see: (payload) => bodyOf(afterAll(payload, ADAS_NEXT)),
      seen: 'abc'
    }
  },
  {
    name: 'writes more than its entry says',
    code: 'UPDATE_DECLARATION_WRONG',
    payload: () => afterC(holding.text('XX')),
    length: 1,
    harm: { does: 'knows nothing of entries', see: (payload) => bodyOf(afterAll(payload)), seen: 'abcXX' }
  },
  {
    name: 'passes another text off as a first body',
    code: 'UPDATE_FIRST_TEXT_INVALID',
    payload: () => firstText('something else in the same place!!'),
    context: { clients: [{ session: 'text', clock: 0, len: FIRST_TEXT.length }] },
    harm: {
      does: 'never shows the text to those who got the other one first',
      see(payload) {
        const imported = firstText(FIRST_TEXT)
        return [bodyOf(yjsWith(payload, imported)) === FIRST_TEXT, bodyOf(yjsWith(imported, payload)) === FIRST_TEXT]
      },
      seen: [false, true]
    }
  },
  {
    name: 'leaves out a clock',
    code: 'UPDATE_CLOCK_GAP',
    payload: () =>
      writeUpdate({ sections: [{ id: [mallory, 1], structs: [{ content: holding.text('x'), origin: LETTERS.c }] }] }),
    context: { clients: [{ session: 0, clock: 1, len: 1 }] },
    harm: {
      does: 'waits for it for ever',
      see: (payload) => waiting(afterAll(payload)),
      seen: { structs: true, deletes: false }
    }
  },
  {
    name: 'names a letter that its author had not seen',
    code: 'UPDATE_REFERENCE_UNKNOWN',
    payload: () => afterC(holding.text('x')),
    length: 1,
    context: { base: new Map([[ada, 1]]) },
    harm: {
      does: 'waits where that letter is missing, and shows it where not',
      see: (payload) => [bodyOf(yjsWith(...ADAS_WRITES.slice(0, 1), payload)), bodyOf(afterAll(payload))],
      seen: ['a', 'abcx']
    }
  },
  {
    name: 'names a struct that comes after it',
    code: 'UPDATE_REFERENCE_UNKNOWN',
    payload: () =>
      mallorys({ content: holding.text('x'), origin: LETTERS.c }, { content: holding.text('y'), origin: [mallory, 5] }),
    length: 2,
    harm: { does: 'throws, and keeps half of it', see: bodyAfterThrow, seen: 'abcx' }
  },
  {
    name: 'names a struct that it does not bring, after as many as it may bring',
    code: 'UPDATE_REFERENCE_UNKNOWN',
    payload: () =>
      mallorys(
        ...Array.from({ length: FORMAT_LIMITS.updateStructsMax }, (_, clock) => ({
          content: holding.text('x'),
          origin: clock === FORMAT_LIMITS.updateStructsMax - 1 ? ([bob, 0] as const) : LETTERS.c
        }))
      ),
    length: FORMAT_LIMITS.updateStructsMax,
    harm: {
      does: 'waits for it for ever',
      see: (payload) => waiting(afterAll(payload)),
      seen: { structs: true, deletes: false }
    }
  },
  {
    name: 'goes round in a circle',
    code: 'UPDATE_REFERENCE_UNKNOWN',
    payload: () =>
      writeUpdate({
        sections: [
          { id: [high, 0], structs: [{ content: holding.text('x'), origin: [low, 0] }] },
          { id: [low, 0], structs: [{ content: holding.text('y'), origin: [high, 0] }] }
        ]
      }),
    context: {
      clients: [
        { session: 0, clock: 0, len: 1 },
        { session: 1, clock: 0, len: 1 }
      ]
    },
    harm: {
      does: 'waits for itself for ever',
      see: (payload) => waiting(afterAll(payload)),
      seen: { structs: true, deletes: false }
    }
  },
  {
    name: 'deletes what its author had not seen',
    code: 'UPDATE_DELETE_UNKNOWN',
    payload: () => writeUpdate({ deletes: [{ client: ada, ranges: [[4, 1]] }] }),
    harm: {
      does: 'waits for the next letter of another author, and deletes it unread',
      see: (payload) => [waiting(afterAll(payload)).deletes, bodyOf(afterAll(payload, ADAS_NEXT))],
      seen: [true, 'abc']
    }
  },
  {
    name: 'puts a thousand letters and one before each other, all after the same one',
    code: 'UPDATE_TOO_MANY_SIBLINGS',
    payload: () => backwards(mallory, SIBLINGS),
    length: SIBLINGS,
    harm: {
      does: 'compares each with each that another author put there',
      see: (payload) => comparisonsOf(() => afterAll(backwards(bob, SIBLINGS), payload)) > SIBLINGS ** 2,
      seen: true
    }
  },
  {
    name: 'stands between two letters, the wrong way round',
    code: 'UPDATE_ORDER_BROKEN',
    payload: () => mallorys({ content: holding.text('X'), origin: LETTERS.c, right: LETTERS.b }),
    length: 1,
    harm: {
      does: 'ends in two texts, for ever',
      see: (payload) => [bodyOf(afterAll(payload, BOBS_LETTER)), bodyOf(afterAll(BOBS_LETTER, payload))],
      seen: ['aYXbc', 'aYbcX']
    }
  },
  {
    name: 'stands between two letters that were no neighbours',
    code: 'UPDATE_ORDER_BROKEN',
    payload: () => mallorys({ content: holding.text('X'), right: LETTERS.b }),
    length: 1,
    harm: {
      does: 'ends in two texts, for ever, although they are in the right order',
      see: (payload) => [bodyOf(afterAll(payload, BOBS_EARLY_LETTER)), bodyOf(afterAll(BOBS_EARLY_LETTER, payload))],
      seen: ['aYXbc', 'aXbcY']
    }
  },
  {
    name: 'puts an entry of a map before another one',
    code: 'UPDATE_ORDER_BROKEN',
    payload: () =>
      mallorys(
        { content: holding.values([NOW, 'old']), parent: 'fields', key: MALLORYS_STATUS },
        { content: holding.values([NOW, 'new']), right: [mallory, 0] }
      ),
    length: 2,
    harm: {
      does: 'keeps the old one',
      see: (payload) => afterAll(payload).getMap('fields').get(MALLORYS_STATUS),
      seen: [NOW, 'old']
    }
  }
]

function firstText(text: string): Uint8Array {
  return writeUpdate({ sections: [{ id: [textClient, 0], structs: [{ content: holding.text(text) }] }] })
}

/** Letters that were typed from right to left, after the last one of Ada. */
function backwards(client: number, count: number): Uint8Array {
  const structs = Array.from({ length: count }, (_, clock) => {
    const struct = { content: holding.text('x'), origin: LETTERS.c }
    return clock === 0 ? struct : { ...struct, right: [client, clock - 1] as const }
  })
  return writeUpdate({ sections: [{ id: [client, 0], structs }] })
}

/** Yjs notes everything that it passes on the way to a place. */
function comparisonsOf(work: () => void): number {
  const add = Set.prototype.add
  let count = 0
  Set.prototype.add = function (value) {
    count += 1
    return add.call(this, value)
  }
  try {
    work()
  } finally {
    Set.prototype.add = add
  }
  return count
}
