import type * as Y from 'yjs'

/** The structs of a document, for checks that need their order. Nothing may be changed through it. */
export interface DocumentItems {
  /** The first item of the body, deleted ones included. */
  readonly firstOfBody: Y.Item | null
  /** What a client wrote, by rising clock and without a gap. */
  structsOf(client: number): (Y.Item | Y.GC)[]
}

export function itemsOf(doc: Y.Doc): DocumentItems {
  return {
    get firstOfBody() {
      return doc.getText('body')._start
    },
    structsOf: (client) => doc.store.clients.get(client) ?? []
  }
}
