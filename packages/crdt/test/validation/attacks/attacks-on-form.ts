import { FORMAT_LIMITS } from '@hcfs/core'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import {
  ADAS_WRITES,
  ada,
  bodyOf,
  clientOf,
  LETTERS,
  MALLORY,
  MALLORYS_STATUS,
  mallory,
  NOW,
  written,
  yjsWith
} from '../scene.ts'
import { bytesOf, holding, writeUpdate } from '../write-update.ts'
import type { Attack } from './attack.ts'
import { afterAll, afterC, bodyAfterThrow, entry, mallorys, waiting } from './attack.ts'

const { commitPayloadBytesMax, entryClientsMax, updateDeletesMax, updateStructsMax } = FORMAT_LIMITS
const POISON = 2 ** 45
const BOMB_STRUCTS = 2 ** 25
const MIB = 2 ** 20

/** An edit of Mallory's like any other: it inserts and deletes. */
const EDIT = written(mallory, ADAS_WRITES, (document) => {
  document.getText('body').insert(3, 'X')
  document.getText('body').delete(0, 1)
})

const LONG_TEXT = written(ada, [], (document) =>
  document.getText('body').insert(0, 'x'.repeat(2 * updateDeletesMax + 2))
)
const EVERY_SECOND_LETTER = Array.from({ length: updateDeletesMax + 1 }, (_, index) => [2 * index, 1] as const)

/** Numbers, lengths and counts: what the first pass over the bytes refuses. */
export const ATTACKS_ON_FORM: readonly Attack[] = [
  {
    name: 'is larger than the payload of a commit may be',
    code: 'UPDATE_TOO_LARGE',
    payload: () => afterC(holding.text('x'.repeat(commitPayloadBytesMax))),
    length: commitPayloadBytesMax,
    harm: {
      does: 'takes it whole',
      see: (payload) => bodyOf(afterAll(payload)).length,
      seen: commitPayloadBytesMax + 3
    }
  },
  {
    name: 'ends in the middle',
    code: 'UPDATE_TRUNCATED',
    payload: () => EDIT.subarray(0, EDIT.length - 1),
    length: 1,
    harm: { does: 'throws, and keeps half of it', see: bodyAfterThrow, seen: 'abcX' }
  },
  {
    name: 'goes on after its end',
    code: 'UPDATE_TRAILING_BYTES',
    payload: () => new Uint8Array([...EDIT, 0]),
    length: 1,
    harm: {
      does: 'does not notice, so one edit has any number of hashes',
      see: (payload) => bodyOf(afterAll(payload)),
      seen: 'bcX'
    }
  },
  {
    name: 'is written in V2 and claims 33 million structs',
    code: 'UPDATE_TRAILING_BYTES',
    payload: () =>
      bytesOf((encoder) => {
        // The feature flag and the nine columns of V2, all empty: a text is empty when its length is 0.
        for (const byte of [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]) encoding.writeUint8(encoder, byte)
        encoding.writeVarUint(encoder, 1)
        encoding.writeVarUint(encoder, BOMB_STRUCTS)
      }),
    harm: { does: 'makes room for all of them', format: 'V2', bytesMin: 200 * MIB }
  },
  {
    name: 'writes a number longer than it needs',
    code: 'UPDATE_MALFORMED',
    payload: () => new Uint8Array([...new Uint8Array(160).fill(0x80), 0, 0]),
    harm: {
      does: 'reads it as NaN and goes on',
      see: (payload) => bodyOf(afterAll(payload)),
      seen: 'abc'
    }
  },
  {
    name: 'names one client twice',
    code: 'UPDATE_MALFORMED',
    payload: () => {
      const structs = (text: string) => [{ content: holding.text(text), origin: LETTERS.c }]
      return writeUpdate({
        sections: [
          { id: [mallory, 0], structs: structs('one') },
          { id: [mallory, 3], structs: structs('two') }
        ]
      })
    },
    length: 6,
    harm: {
      does: 'sees two structs when it decodes, but one when it applies, and waits for the other for ever',
      see: (payload) => ({ decoded: Y.decodeUpdate(payload).structs.length, waiting: waiting(afterAll(payload)) }),
      seen: { decoded: 2, waiting: { structs: true, deletes: false } }
    }
  },
  {
    name: 'holds an empty text',
    code: 'UPDATE_MALFORMED',
    payload: () =>
      mallorys({ content: holding.text(''), origin: LETTERS.c }, { content: holding.text('X'), origin: [mallory, 0] }),
    length: 1,
    harm: { does: 'loses its way among its own structs, and keeps half of it', see: bodyAfterThrow, seen: 'abcX' }
  },
  {
    name: 'holds a text that is not UTF-8',
    code: 'UPDATE_MALFORMED',
    payload: () => afterC(holding.rawText(new Uint8Array([0xff]))),
    length: 1,
    harm: { does: 'throws', see: bodyAfterThrow, seen: 'abc' }
  },
  {
    name: 'claims 33 million structs',
    code: 'UPDATE_TOO_MANY_STRUCTS',
    payload: () =>
      bytesOf((encoder) => {
        encoding.writeVarUint(encoder, 1)
        encoding.writeVarUint(encoder, BOMB_STRUCTS)
        encoding.writeVarUint(encoder, 0)
        encoding.writeVarUint(encoder, 0)
      }),
    harm: { does: 'makes room for all of them', format: 'V1', bytesMin: 200 * MIB }
  },
  {
    name: 'writes under more clients than an entry declares',
    code: 'UPDATE_TOO_MANY_CLIENTS',
    payload: () => {
      const clients = Array.from({ length: entryClientsMax + 1 }, (_, session) => clientOf(MALLORY, session))
      const structs = [{ content: holding.text('x'), origin: LETTERS.c }]
      return writeUpdate({ sections: clients.sort((a, b) => b - a).map((client) => ({ id: [client, 0], structs })) })
    },
    harm: {
      does: 'lets the state vector grow with each of them, for ever',
      see: (payload) => afterAll(payload).store.clients.size,
      seen: entryClientsMax + 2
    }
  },
  {
    name: 'deletes a struct of 2^45 letters that it brings along',
    code: 'UPDATE_TOO_LONG',
    payload: () => afterC(holding.deleted(POISON)),
    length: POISON,
    harm: {
      does: 'believes it, and counts on from there',
      see: (payload) => Y.getState(afterAll(payload).store, mallory),
      seen: POISON
    }
  },
  {
    name: 'holds a text of four million letters',
    code: 'UPDATE_TOO_LONG',
    // One letter outside Latin-1, so that each takes two bytes in memory.
    payload: () => afterC(holding.text(`${'x'.repeat(commitPayloadBytesMax - 64)}€`)),
    length: commitPayloadBytesMax - 63,
    harm: {
      does: 'takes it whole',
      see: (payload) => bodyOf(afterAll(payload)).length,
      seen: commitPayloadBytesMax - 60
    }
  },
  {
    name: 'deletes every second letter of a long text',
    code: 'UPDATE_TOO_MANY_DELETES',
    payload: () => writeUpdate({ deletes: [{ client: ada, ranges: EVERY_SECOND_LETTER }] }),
    harm: {
      does: 'makes 40,000 structs out of one, moving all that follow each time',
      see: (payload) => yjsWith(LONG_TEXT, payload).store.clients.get(ada)?.length,
      seen: 2 * (updateDeletesMax + 1)
    }
  },
  {
    name: 'holds a million empty objects',
    code: 'UPDATE_TOO_MANY_VALUES',
    payload: () => entry(holding.values([NOW, Array.from({ length: MIB }, () => ({}))]), MALLORYS_STATUS),
    length: 1,
    harm: { does: 'builds them all', format: 'V1', bytesMin: 50 * MIB }
  },
  {
    name: 'has more structs than an update may have',
    code: 'UPDATE_TOO_MANY_STRUCTS',
    payload: () =>
      mallorys(
        ...Array.from({ length: updateStructsMax + 1 }, (_, clock) => ({
          content: holding.text('x'),
          origin: clock === 0 ? LETTERS.c : ([mallory, clock - 1] as const)
        }))
      ),
    length: updateStructsMax + 1,
    harm: { does: 'takes them all', see: (payload) => bodyOf(afterAll(payload)).length, seen: updateStructsMax + 4 }
  }
]
