import * as Y from 'yjs'
import type { UpdateErrorCode } from '../../../src/validation/update-refusal.ts'
import type { UpdateContext } from '../../../src/validation/validate-update.ts'
import { ADAS_WRITES, adasDocument, bodyOf, LETTERS, mallory, yjsWith } from '../scene.ts'
import type { Content, WrittenStruct } from '../write-update.ts'
import { writeUpdate } from '../write-update.ts'

/** Bytes that Mallory signs, what her entry says about them, and what Yjs does with them. */
export interface Attack {
  /** Completes the sentence "an update that …". */
  readonly name: string
  readonly code: UpdateErrorCode
  readonly payload: () => Uint8Array
  /** How many clocks her entry declares for her session 0, from 0 on. */
  readonly length?: number
  /** Where her entry, or the past it names, differs from the usual. */
  readonly context?: Partial<UpdateContext>
  readonly harm: Harm | Bomb
}

/** Something that plain Yjs can be seen to do. */
export interface Harm {
  /** Completes the sentence "plain Yjs …". */
  readonly does: string
  readonly see: (payload: Uint8Array) => unknown
  readonly seen: unknown
}

/** Too large for the process that runs the tests. */
export interface Bomb {
  readonly does: string
  readonly format: 'V1' | 'V2'
  /** What Yjs allocates for it, at least. */
  readonly bytesMin: number
}

/** One struct of Mallory's, right after Ada's last letter. */
export function afterC(content: Content): Uint8Array {
  return mallorys({ content, origin: LETTERS.c })
}

/** One entry of Mallory's in a map. */
export function entry(content: Content, key: string, root = 'fields'): Uint8Array {
  return mallorys({ content, parent: root, key })
}

export function mallorys(...structs: readonly WrittenStruct[]): Uint8Array {
  return writeUpdate({ sections: [{ id: [mallory, 0], structs }] })
}

/** Ada's document after Yjs was given these bytes as well. */
export function afterAll(...payloads: readonly Uint8Array[]): Y.Doc {
  return yjsWith(...ADAS_WRITES, ...payloads)
}

/** The body of Ada's document after Yjs has thrown on these bytes. */
export function bodyAfterThrow(payload: Uint8Array): string {
  const document = adasDocument()
  try {
    Y.applyUpdate(document, payload)
  } catch {
    return bodyOf(document)
  }
  return 'nothing was thrown'
}

/** What keeps waiting for something, which may never come. */
export function waiting({ store }: Y.Doc): { structs: boolean; deletes: boolean } {
  return { structs: store.pendingStructs !== null, deletes: store.pendingDs !== null }
}

export function haveEqualStateVectors(left: Y.Doc, right: Y.Doc): boolean {
  return Buffer.from(Y.encodeStateVector(left)).equals(Y.encodeStateVector(right))
}
