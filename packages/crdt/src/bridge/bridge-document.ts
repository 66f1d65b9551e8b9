import { AssertionError } from 'node:assert'
import type { DraftOperation } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import * as Y from 'yjs'
import type { EncodedDocument } from '../document/context-document.ts'
import { textEdits } from '../document/text-diff.ts'
import { BRIDGE_CLIENT_MIN, bridgeForeign, checkEditorUpdate } from './editor-update.ts'

/** What became of an update that an editor sent. */
export type EditorOutcome =
  | { readonly kind: 'gap' }
  /** Everything in it was known. */
  | { readonly kind: 'known' }
  /** What was new in it, for the other editors. */
  | { readonly kind: 'applied'; readonly news: Uint8Array }

/** What editors wrote, settled: the same edits for the context, and the bytes to store with them. */
export interface Settled {
  readonly operations: readonly DraftOperation[]
  readonly update: Uint8Array
}

const BODY = 'body'
const NO_CLIENT = 0
/** An id of a bridge has 53 bits, as those of nodes have. */
const BRIDGE_CLIENT_MAX = Number.MAX_SAFE_INTEGER

/**
 * The document that the editors of one context share. They write under ids they draw themselves, which
 * the context's own document never takes, so texts cross between the two.
 *
 * 1. `text` is that of the context: what was settled, and what crossed from there.
 * 2. The live text is `text` and all that editors sent and nobody settled yet.
 * 3. Only bridges write under ids from 2^32; each opening of a bridge draws one of its own.
 * 4. It is never empty of structs, so that an editor that was fed by it is known by its state vector.
 *
 * After an `AssertionError` or a failed write of what was settled the document must be opened anew.
 */
export class BridgeDocument {
  readonly #client: number
  readonly #settled: Y.Doc
  readonly #live: Y.Doc

  private constructor(client: number, states: readonly EncodedDocument[]) {
    if (!Number.isSafeInteger(client) || client < BRIDGE_CLIENT_MIN || client > BRIDGE_CLIENT_MAX) {
      throw new TypeError(`A bridge writes under an id from 2^32 to 2^53 - 1, not ${client}`)
    }
    this.#client = client
    this.#settled = docOf(states)
    this.#live = docOf(states)
  }

  /** Of a context that no editor was ever opened on; `states` of it have to be stored before it is used. */
  static begin(client: number): BridgeDocument {
    const bridge = new BridgeDocument(client, [])
    const first = bridge.#write((text) => {
      text.insert(0, ' ')
      text.delete(0, 1)
    })
    Y.applyUpdate(bridge.#live, first)
    return bridge
  }

  static load(client: number, states: readonly EncodedDocument[]): BridgeDocument {
    return new BridgeDocument(client, states)
  }

  get text(): string {
    return this.#settled.getText(BODY).toString()
  }

  /** V2 of what is settled. */
  encodeState(): EncodedDocument {
    return { encoding: 'v2', bytes: Y.encodeStateAsUpdateV2(this.#settled) }
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.#live)
  }

  /** What an editor with this state vector lacks. Fails with `BRIDGE_FOREIGN` for one that another bridge has fed. */
  missingSince(stateVector: Uint8Array): Uint8Array {
    for (const [client, clock] of readStateVector(stateVector)) {
      if (client >= BRIDGE_CLIENT_MIN && clock > this.#clockOf(client)) throw bridgeForeign()
    }
    return Y.encodeStateAsUpdate(this.#live, stateVector)
  }

  /** Whether an update would write something; deletions of what is deleted, and what is here already, do not. */
  wouldWrite(update: Uint8Array): boolean {
    const answer = this.#check(update)
    return answer.kind === 'gap' || answer.writes
  }

  /** Takes an update of an editor, or fails with an `UPDATE_*` error and is unchanged. */
  receive(update: Uint8Array): EditorOutcome {
    if (this.#check(update).kind === 'gap') return { kind: 'gap' }
    const news = newsOf(this.#live, () => Y.applyUpdate(this.#live, update))
    const { pendingStructs, pendingDs } = this.#live.store
    if (pendingStructs !== null || pendingDs !== null) {
      throw new AssertionError({ message: 'An update of an editor was applied before what it builds upon' })
    }
    return news === undefined ? { kind: 'known' } : { kind: 'applied', news }
  }

  /** Brings the text that the context has now into what is settled. The editors see it once `show` was called. */
  cross(text: string): Uint8Array | undefined {
    const edits = textEdits(this.text, text)
    if (edits.length === 0) return undefined
    return this.#write((body) => {
      for (const { at, deleted, inserted } of edits) {
        if (deleted > 0) body.delete(at, deleted)
        if (inserted !== '') body.insert(at, inserted)
      }
    })
  }

  /** Settles what editors sent: the operations lead from the text before to the text after. */
  settle(updates: readonly Uint8Array[]): Settled | undefined {
    let operations: readonly DraftOperation[] = []
    const body = this.#settled.getText(BODY)
    const onChange = ({ delta }: Y.YTextEvent): void => {
      operations = operationsOf(delta)
    }
    body.observe(onChange)
    try {
      const news = newsOf(this.#settled, () =>
        this.#settled.transact(() => {
          for (const update of updates) Y.applyUpdate(this.#settled, update)
        })
      )
      return news === undefined ? undefined : { operations, update: news }
    } finally {
      body.unobserve(onChange)
    }
  }

  /** Lets the editors have what crossed, once it is stored. */
  show(crossed: Uint8Array): void {
    Y.applyUpdate(this.#live, crossed)
  }

  #check(update: Uint8Array) {
    return checkEditorUpdate({ update, clockOf: (client) => this.#clockOf(client) })
  }

  #clockOf(client: number): number {
    return Y.getState(this.#live.store, client)
  }

  #write(change: (body: Y.Text) => void): Uint8Array {
    const doc = this.#settled
    doc.clientID = this.#client
    const news = newsOf(doc, () => doc.transact(() => change(doc.getText(BODY))))
    doc.clientID = NO_CLIENT
    if (news === undefined) throw new AssertionError({ message: 'A change of a bridge changed nothing' })
    return news
  }
}

function docOf(states: readonly EncodedDocument[]): Y.Doc {
  const doc = new Y.Doc({ guid: BODY, gc: true })
  doc.clientID = NO_CLIENT
  doc.getText(BODY)
  for (const { encoding, bytes } of states) {
    if (encoding === 'v2') Y.applyUpdateV2(doc, bytes)
    else Y.applyUpdate(doc, bytes)
  }
  return doc
}

/** What a change added to a document; nothing when it added nothing. */
function newsOf(doc: Y.Doc, change: () => void): Uint8Array | undefined {
  const news: Uint8Array[] = []
  const onUpdate = (update: Uint8Array): void => void news.push(update)
  doc.on('update', onUpdate)
  try {
    change()
  } finally {
    doc.off('update', onUpdate)
  }
  return news.length > 1 ? Y.mergeUpdates(news) : news[0]
}

function operationsOf(delta: Y.YTextEvent['delta']): DraftOperation[] {
  let at = 0
  return delta.flatMap(({ retain = 0, delete: length, insert }): DraftOperation[] => {
    if (length !== undefined) return [{ kind: 'body.delete', at, length }]
    if (typeof insert !== 'string') {
      at += retain
      return []
    }
    const operation: DraftOperation = { kind: 'body.insert', at, text: insert }
    at += insert.length
    return [operation]
  })
}

function readStateVector(bytes: Uint8Array): ReadonlyMap<number, number> {
  try {
    return Y.decodeStateVector(bytes)
  } catch (error) {
    throw new HcfsError('UPDATE_MALFORMED', 'This is not a state vector', { cause: error })
  }
}
