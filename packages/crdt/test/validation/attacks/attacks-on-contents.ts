import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { ADAS_STATUS, ada, bodyOf, LETTERS, MALLORYS_STATUS, mallory, NOW, yjsWith } from '../scene.ts'
import { bytesOf, holding } from '../write-update.ts'
import type { Attack } from './attack.ts'
import { afterAll, afterC, bodyAfterThrow, entry, mallorys, waiting } from './attack.ts'

const LIST = 117
const OBJECT = 118
const FAR_AHEAD = 2 ** 52

/** A register whose value is a list with these bytes as its only member. */
function listOf(write: (encoder: encoding.Encoder) => void) {
  return holding.rawValue(
    bytesOf((encoder) => {
      encoding.writeUint8(encoder, LIST)
      encoding.writeVarUint(encoder, 2)
      encoding.writeAny(encoder, NOW)
      encoding.writeUint8(encoder, LIST)
      encoding.writeVarUint(encoder, 1)
      write(encoder)
    })
  )
}

const WITH_PROTOTYPE = listOf((encoder) => {
  encoding.writeUint8(encoder, OBJECT)
  encoding.writeVarUint(encoder, 1)
  encoding.writeVarString(encoder, '__proto__')
  encoding.writeAny(encoder, { admin: true })
})

const DEEP = listOf((encoder) => {
  for (let depth = 0; depth < 100_000; depth += 1) {
    encoding.writeUint8(encoder, LIST)
    encoding.writeVarUint(encoder, 1)
  }
  encoding.writeAny(encoder, null)
})

function adminIn(document: Y.Doc): unknown {
  const register: unknown = document.getMap('fields').get(MALLORYS_STATUS)
  return Array.isArray(register) ? register[1][0].admin : undefined
}

/** What structs hold, and where. */
export const ATTACKS_ON_CONTENTS: readonly Attack[] = [
  {
    name: 'skips what it never sent',
    code: 'UPDATE_CONTENT_FORBIDDEN',
    payload: () => mallorys({ content: holding.skip(1) }, { content: holding.text('x'), origin: LETTERS.c }),
    length: 2,
    harm: {
      does: 'waits for it for ever',
      see: (payload) => waiting(afterAll(payload)),
      seen: { structs: true, deletes: false }
    }
  },
  {
    name: 'holds a kind of content that does not exist',
    code: 'UPDATE_CONTENT_FORBIDDEN',
    payload: () => afterC(holding.unknown(11)),
    length: 1,
    harm: { does: 'throws', see: bodyAfterThrow, seen: 'abc' }
  },
  {
    name: 'formats text',
    code: 'UPDATE_CONTENT_FORBIDDEN',
    payload: () => mallorys({ content: holding.format('hidden', 'true'), origin: LETTERS.a, right: LETTERS.b }),
    length: 1,
    harm: {
      does: 'marks the letters of others',
      see: (payload) => afterAll(payload).getText('body').toDelta(),
      seen: [{ insert: 'a' }, { insert: 'bc', attributes: { hidden: true } }]
    }
  },
  {
    name: 'holds JSON that is none',
    code: 'UPDATE_CONTENT_FORBIDDEN',
    payload: () => entry(holding.json('{'), MALLORYS_STATUS),
    length: 1,
    harm: { does: 'throws', see: bodyAfterThrow, seen: 'abc' }
  },
  {
    name: 'nests a shared map',
    code: 'UPDATE_CONTENT_FORBIDDEN',
    payload: () => entry(holding.type(1), MALLORYS_STATUS),
    length: 1,
    harm: {
      does: 'grows another tree inside the document',
      see: (payload) => afterAll(payload).getMap('fields').get(MALLORYS_STATUS) instanceof Y.Map,
      seen: true
    }
  },
  {
    name: 'puts a value among the letters',
    code: 'UPDATE_CONTENT_FORBIDDEN',
    payload: () => afterC(holding.values([NOW, 1])),
    length: 1,
    harm: {
      does: 'counts a letter more than it shows, so that all positions behind are wrong',
      see: (payload) => afterAll(payload).getText('body').length - bodyOf(afterAll(payload)).length,
      seen: 1
    }
  },
  {
    name: 'puts text among the fields',
    code: 'UPDATE_CONTENT_FORBIDDEN',
    payload: () => entry(holding.text('xy'), MALLORYS_STATUS),
    length: 2,
    harm: {
      does: 'shows its last letter as a value',
      see: (payload) => afterAll(payload).getMap('fields').get(MALLORYS_STATUS),
      seen: 'y'
    }
  },
  {
    name: 'holds a document',
    code: 'UPDATE_SUBDOCUMENT',
    payload: () => entry(holding.subdocument('inner'), MALLORYS_STATUS),
    length: 1,
    harm: { does: 'creates it', see: (payload) => afterAll(payload).subdocs.size, seen: 1 }
  },
  {
    name: 'writes into a root that no context has',
    code: 'UPDATE_ROOT_UNKNOWN',
    payload: () => mallorys({ content: holding.text('x'), parent: 'hidden' }),
    length: 1,
    harm: {
      does: 'keeps and sends on what nobody ever sees',
      see: (payload) => afterAll(payload).share.has('hidden'),
      seen: true
    }
  },
  {
    name: 'hangs a struct below a letter',
    code: 'UPDATE_PARENT_INVALID',
    payload: () => mallorys({ content: holding.text('x'), parent: LETTERS.a }),
    length: 1,
    harm: {
      does: 'replaces it by garbage that was never collected',
      see: (payload) => afterAll(payload).store.clients.get(mallory)?.[0] instanceof Y.GC,
      seen: true
    }
  },
  {
    name: 'gives text a key',
    code: 'UPDATE_PARENT_INVALID',
    payload: () => mallorys({ content: holding.text('x'), parent: 'body', key: 'k' }),
    length: 1,
    harm: {
      does: 'keeps a text that nobody sees',
      see: (payload) => ({ body: bodyOf(afterAll(payload)), hidden: afterAll(payload).getText('body')._map.size }),
      seen: { body: 'abc', hidden: 1 }
    }
  },
  {
    name: 'puts a value among the fields without a key',
    code: 'UPDATE_PARENT_INVALID',
    payload: () => mallorys({ content: holding.values([NOW, 1]), parent: 'fields' }),
    length: 1,
    harm: {
      does: 'keeps a value that nobody sees',
      see: (payload) => afterAll(payload).getMap('fields')._start !== null,
      seen: true
    }
  },
  {
    name: 'spans two parents',
    code: 'UPDATE_PARENT_INVALID',
    payload: () => mallorys({ content: holding.text('x'), origin: [ada, 3], right: LETTERS.a }),
    length: 1,
    harm: {
      does: 'overwrites a field of Ada with a letter',
      see: (payload) => afterAll(payload).getMap('fields').get(ADAS_STATUS),
      seen: 'x'
    }
  },
  {
    name: 'overwrites the register of another writer',
    code: 'UPDATE_KEY_FOREIGN',
    payload: () => mallorys({ content: holding.values([NOW, 'hers']), origin: [ada, 3] }),
    length: 1,
    harm: {
      does: 'forgets what the other wrote',
      see: (payload) => afterAll(payload).getMap('fields').get(ADAS_STATUS),
      seen: [NOW, 'hers']
    }
  },
  {
    name: 'writes a key in the name of another writer',
    code: 'UPDATE_KEY_FOREIGN',
    payload: () => entry(holding.values([NOW, 'hers']), ADAS_STATUS),
    length: 1,
    harm: {
      does: 'lets the greater client id win, which is hers',
      see: (payload) => afterAll(payload).getMap('fields').get(ADAS_STATUS),
      seen: [NOW, 'hers']
    }
  },
  {
    name: 'holds a value that is not JSON',
    code: 'UPDATE_VALUE_INVALID',
    payload: () => entry(holding.values([NOW, [1n]]), MALLORYS_STATUS),
    length: 1,
    harm: {
      does: 'hands out what nobody can serialize',
      see: (payload) => typeof [afterAll(payload).getMap('fields').get(MALLORYS_STATUS)].flat(3)[1],
      seen: 'bigint'
    }
  },
  {
    name: 'sets a prototype',
    code: 'UPDATE_VALUE_INVALID',
    payload: () => entry(WITH_PROTOTYPE, MALLORYS_STATUS),
    length: 1,
    harm: {
      does: 'shows another value after the document was stored and loaded',
      see: (payload) => [adminIn(afterAll(payload)), adminIn(yjsWith(Y.encodeStateAsUpdate(afterAll(payload))))],
      seen: [true, undefined]
    }
  },
  {
    name: 'nests lists a hundred thousand levels deep',
    code: 'UPDATE_VALUE_INVALID',
    payload: () => entry(DEEP, MALLORYS_STATUS),
    length: 1,
    harm: { does: 'overflows its stack', see: bodyAfterThrow, seen: 'abc' }
  },
  {
    name: 'dates a register later than its commit',
    code: 'UPDATE_TIME_AHEAD',
    payload: () => entry(holding.values([FAR_AHEAD, 'for ever']), MALLORYS_STATUS),
    length: 1,
    harm: {
      does: 'does not know what a time is, so it would win until the year 2112',
      see: (payload) => afterAll(payload).getMap('fields').get(MALLORYS_STATUS),
      seen: [FAR_AHEAD, 'for ever']
    }
  }
]
