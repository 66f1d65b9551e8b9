import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { ScannedUpdate } from '../../src/validation/scan-update.ts'
import { scanUpdate } from '../../src/validation/scan-update.ts'
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
