import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { ScannedUpdate } from '../../src/validation/scan-update.ts'
import { scanUpdate } from '../../src/validation/scan-update.ts'
import type { WrittenStruct, WrittenUpdate } from './write-update.ts'
import { holding, writeUpdate } from './write-update.ts'
import { play, steps } from './yjs-history.ts'

/*
 * Goal: our scanner and Yjs's own decoder see the same in every update that Yjs
 * makes of a context's document.
 * Method: play random histories on three replicas; compare what both say of each
 * update, and of the whole state of each replica.
 */
test('the scanner sees in an update what Yjs sees in it', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const { replicas, updates } = play(history)
      for (const update of [...updates, ...replicas.map((each) => Y.encodeStateAsUpdate(each))]) {
        expect(asSeen(scanUpdate(update))).toEqual(asSeenByYjs(update))
      }
    })
  )
})

test('what an honest document holds is text, deleted remainders and single values, never GC', () => {
  fc.assert(
    fc.property(steps, (history) => {
      for (const replica of play(history).replicas) {
        for (const struct of [...replica.store.clients.values()].flat()) {
          expect(struct).toBeInstanceOf(Y.Item)
          if (struct instanceof Y.Item && struct.content instanceof Y.ContentAny) expect(struct.length).toBe(1)
        }
      }
    })
  )
})

test('every beginning of an update is truncated, and nothing can follow its end', () => {
  fc.assert(
    fc.property(steps, fc.nat(), fc.uint8Array({ minLength: 1 }), (history, length, more) => {
      for (const update of play(history).updates) {
        const start = update.subarray(0, length % update.length)
        expect(() => scanUpdate(start)).toThrow(expect.objectContaining({ code: 'UPDATE_TRUNCATED' }))
        const longer = Uint8Array.from([...update, ...more])
        expect(() => scanUpdate(longer)).toThrow(expect.objectContaining({ code: 'UPDATE_TRAILING_BYTES' }))
      }
    })
  )
})

describe('an update is malformed', () => {
  const letter = { content: holding.text('x') }
  const section = (client: number, structs: WrittenStruct[]) => ({ id: [client, 0] as const, structs })
  const deleting = (...ranges: [number, number][]) => ({ deletes: [{ client: 1, ranges }] })

  test.each<[string, WrittenUpdate]>([
    ['when a client writes nothing', { sections: [section(1, [])] }],
    ['when clients rise', { sections: [section(1, [letter]), section(2, [letter])] }],
    ['when a deleted struct is empty', { sections: [section(1, [{ content: holding.deleted(0) }])] }],
    ['when a client has no deletes', deleting()],
    ['when a delete is empty', deleting([0, 0])],
    ['when deletes fall', deleting([5, 1], [0, 1])],
    ['when deletes overlap', deleting([0, 3], [2, 3])],
    ['when deletes touch', deleting([0, 3], [3, 3])],
    ['when a delete ends above 2^53 - 1', deleting([Number.MAX_SAFE_INTEGER, 1])],
    ['when deleting clients rise', { deletes: [1, 2].map((client) => ({ client, ranges: [[0, 1]] })) }]
  ])('%s', (_what, update) => {
    const malformed = expect.objectContaining({ code: 'UPDATE_MALFORMED' })
    expect(() => scanUpdate(writeUpdate(update))).toThrow(malformed)
  })

  test('when a parent is neither a root nor an id', () => {
    const bytes = [1, 1, 1, 0, 4, 2, 4, 0x62, 0x6f, 0x64, 0x79, 1, 0x78, 0]
    expect(() => scanUpdate(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'UPDATE_MALFORMED' }))
    bytes[5] = 1
    expect(scanUpdate(Uint8Array.from(bytes)).length).toBe(1)
  })
})

test('the bit for a key says nothing beside an origin, as in Yjs', () => {
  const bytes = writeUpdate({
    sections: [{ id: [2, 0], structs: [{ content: holding.text('x'), origin: [1, 0], key: 'k' }] }]
  })
  expect(scanUpdate(bytes).sections[0]?.structs[0]).toMatchObject({ place: undefined, length: 1 })
})

function asSeen({ sections, deletes }: ScannedUpdate) {
  return {
    structs: sections
      .flatMap(({ structs }) => structs)
      .map(({ client, clock, length, kind, origin, rightOrigin, place }) => ({
        id: `${client}:${clock}+${length}`,
        kind,
        origin: origin ? `${origin.client}:${origin.clock}` : null,
        rightOrigin: rightOrigin ? `${rightOrigin.client}:${rightOrigin.clock}` : null,
        root: place?.root ?? null,
        key: place?.key ?? null
      })),
    deletes: deletes.map(({ client, clock, length }) => `${client}:${clock}+${length}`)
  }
}

function asSeenByYjs(update: Uint8Array) {
  const { structs, ds } = Y.decodeUpdate(update)
  return {
    structs: structs
      .filter((struct) => struct instanceof Y.Item)
      .map((item) => ({
        id: `${item.id.client}:${item.id.clock}+${item.length}`,
        kind: kindOf(item.content),
        origin: item.origin ? `${item.origin.client}:${item.origin.clock}` : null,
        rightOrigin: item.rightOrigin ? `${item.rightOrigin.client}:${item.rightOrigin.clock}` : null,
        root: item.parent,
        key: item.parentSub
      })),
    deletes: [...ds.clients].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => `${client}:${clock}+${len}`))
  }
}

function kindOf(content: Y.Item['content']): string {
  if (content instanceof Y.ContentString) return 'text'
  return content instanceof Y.ContentAny ? 'value' : content.constructor.name.slice('Content'.length).toLowerCase()
}
