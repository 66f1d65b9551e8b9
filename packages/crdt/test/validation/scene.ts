import { deviceId, docId, hybridTime } from '@hcfs/core'
import * as Y from 'yjs'
import { ContextDocument } from '../../src/document/context-document.ts'
import type { Writer } from '../../src/document/ids.ts'
import { clientIdOf } from '../../src/document/ids.ts'
import { keyOwner, ownedKey } from '../../src/document/owned-key.ts'
import type { Id } from './write-update.ts'

/** One context that Ada wrote, Bob edits, and Mallory attacks. */
export const DOC = docId('d0'.repeat(32))
export const NOW = hybridTime(1_800_000_000_000_000)

// In this order by client id: Yjs resolves conflicts by it, and some attacks need the last word.
export const [ADA, BOB, MALLORY] = ['aa', 'bb', 'cc']
  .map((byte): Writer => ({ author: deviceId(byte.repeat(32)), incarnation: 1 }))
  .sort((left, right) => clientOf(left) - clientOf(right)) as [Writer, Writer, Writer]

export const ada = clientOf(ADA)
export const bob = clientOf(BOB)
export const mallory = clientOf(MALLORY)

export const ADAS_STATUS = keyFor('/status', ADA)
export const MALLORYS_STATUS = keyFor('/status', MALLORY)

/** Ada typed "abc", and then set a field: clocks 0 to 3. */
export const ADAS_WRITES: readonly Uint8Array[] = adasWrites()
export const BASE: ReadonlyMap<number, number> = new Map([[ada, 4]])

/** The ids of Ada's letters. */
export const LETTERS: { readonly a: Id; readonly b: Id; readonly c: Id } = { a: [ada, 0], b: [ada, 1], c: [ada, 2] }

export function clientOf(writer: Writer, session = 0): number {
  return clientIdOf({ ...writer, docId: DOC, session })
}

export function keyFor(name: string, writer: Writer): string {
  return ownedKey(name, keyOwner(writer, 0))
}

/** A plain Yjs document that was given these updates. */
export function yjsWith(...updates: readonly Uint8Array[]): Y.Doc {
  const document = new Y.Doc({ guid: 'plain' })
  for (const update of updates) Y.applyUpdate(document, update)
  return document
}

export function adasDocument(): Y.Doc {
  return yjsWith(...ADAS_WRITES)
}

export function adasContext(): ContextDocument {
  return ContextDocument.load(DOC, { encoding: 'v1', bytes: Y.encodeStateAsUpdate(adasDocument()) })
}

/** What `client` does to a document that was given these updates. */
export function written(client: number, before: readonly Uint8Array[], change: (document: Y.Doc) => void): Uint8Array {
  const document = yjsWith(...before)
  const known = Y.encodeStateVector(document)
  document.clientID = client
  document.transact(() => change(document))
  return Y.encodeStateAsUpdate(document, known)
}

export function bodyOf(document: Y.Doc): string {
  return document.getText('body').toString()
}

function adasWrites(): Uint8Array[] {
  const updates: Uint8Array[] = []
  for (const letter of ['a', 'b', 'c']) {
    updates.push(written(ada, updates, (document) => document.getText('body').insert(updates.length, letter)))
  }
  updates.push(written(ada, updates, (document) => document.getMap('fields').set(ADAS_STATUS, [NOW - 1_000, 'open'])))
  return updates
}
