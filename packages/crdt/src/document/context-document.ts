import { AssertionError } from 'node:assert'
import type { ContextContent, DocId, DraftOperation } from '@hcfs/core'
import { assertWithinLimits, ContentEditor, EMPTY_CONTENT, FORMAT_LIMITS } from '@hcfs/core'
import * as Y from 'yjs'
import { bodyEdits } from './body-edits.ts'
import type { DocumentItems } from './document-items.ts'
import { itemsOf } from './document-items.ts'
import { DocumentRoots } from './document-roots.ts'
import { assertFitsOneUpdate } from './edit-limits.ts'
import type { Edit, EditOrigin, EditPlan, SessionOrigin } from './edit-transaction.ts'
import { transactEdit, withoutText } from './edit-transaction.ts'
import { firstUpdate } from './first-update.ts'
import { textClientIdOf } from './ids.ts'
import { sessionFor } from './sessions.ts'
import type { StructLookup, StructPlace } from './struct-lookup.ts'

/** An encoded document. Tagged, because Yjs reads one encoding as the other without an error, and without the data. */
export interface EncodedDocument {
  readonly encoding: 'v1' | 'v2'
  readonly bytes: Uint8Array
}

/** A document that Yjs does not know of yet: empty, or what its first edit made of it. */
interface Unbuilt {
  readonly content: ContextContent
  readonly payload?: Uint8Array
}

interface Built {
  readonly doc: Y.Doc
  readonly roots: DocumentRoots
}

const EMPTY: Unbuilt = { content: EMPTY_CONTENT }

/** What is written outside an edit belongs to nobody; ids of nodes start at 2^32. */
const NO_CLIENT = 0

/** Below it an edit cannot delete more ranges than an update may have: text edits cut at most as many structs again. */
const TRIED_STRUCTS_MIN = FORMAT_LIMITS.updateDeletesMax / 2

/**
 * One context as a Yjs document: how edits become updates, and updates content.
 * `docs/reference/context-document.md` describes the mapping.
 *
 * 1. Equal sets of applied updates give equal content, in whatever causal order.
 * 2. An edit that is refused has changed nothing; an edit that is made changes
 *    the content exactly as its operations say.
 * 3. An edit writes only keys of its own writer and session, and structs of its
 *    own client ids.
 *
 * Updates of others must be validated before `apply`. When `load` or `apply`
 * throws, that was not so, or there is a bug: the document is damaged, every
 * later call throws as well, and its owner must discard it and build it anew.
 */
export class ContextDocument implements StructLookup {
  readonly docId: DocId
  /** Until somebody needs more of the document than its content. */
  #unbuilt: Unbuilt | undefined = EMPTY
  #built: Built | undefined
  #isDamaged = false

  private constructor(docId: DocId) {
    this.docId = docId
  }

  static empty(docId: DocId): ContextDocument {
    return new ContextDocument(docId)
  }

  static load(docId: DocId, state: EncodedDocument): ContextDocument {
    const document = new ContextDocument(docId)
    document.#applyUpdate(state)
    return document
  }

  /** For checks of updates that need the order of structs. */
  get items(): DocumentItems {
    return itemsOf(this.#doc)
  }

  /** Frozen, and the same object until something changes. */
  get content(): ContextContent {
    this.#assertUsable()
    return this.#unbuilt?.content ?? this.#roots.content()
  }

  /** Whether nothing was ever written to it. */
  get isUntouched(): boolean {
    return this.#unbuilt === EMPTY
  }

  /** Whether something applied still waits for what came before it. Never so after causal delivery. */
  get hasPending(): boolean {
    return this.#doc.store.pendingStructs !== null || this.#doc.store.pendingDs !== null
  }

  /** For each client id the clock that its next struct would have. */
  stateVector(): ReadonlyMap<number, number> {
    const clocks = new Map<number, number>()
    for (const client of this.#doc.store.clients.keys()) clocks.set(client, this.#clockOf(client))
    return clocks
  }

  /** V2 is many times smaller after many edits, and for our own disk only. */
  encodeState(encoding: 'v1' | 'v2' = 'v2'): EncodedDocument {
    this.#assertUsable()
    const bytes = encoding === 'v2' ? Y.encodeStateAsUpdateV2(this.#doc) : Y.encodeStateAsUpdate(this.#doc)
    return { encoding, bytes }
  }

  copy(): ContextDocument {
    return ContextDocument.load(this.docId, this.encodeState('v1'))
  }

  find(client: number, clock: number): StructPlace | undefined {
    if (!Number.isInteger(clock) || clock < 0 || clock >= this.#clockOf(client)) return undefined
    const structs = this.#doc.store.clients.get(client)
    const struct = structs?.[Y.findIndexSS(structs, clock)]
    return struct instanceof Y.Item ? this.#roots.placeOf(struct) : undefined
  }

  /**
   * Applies the operations in one transaction, under session 0 unless told
   * otherwise. `undefined` when they change nothing. What is wrong with them or
   * over a limit is refused with `BAD_REQUEST`, `CONTENT_INVALID`, `PATH_INVALID`,
   * `CONTEXT_TOO_LARGE` or `EDIT_TOO_LARGE`, and has changed nothing.
   */
  edit(operations: readonly DraftOperation[], origin: EditOrigin & { readonly session?: number }): Edit | undefined {
    const plan = this.#plan(operations)
    const sessionOrigin = { session: 0, ...origin }
    const first = this.#writeFirst(plan, sessionOrigin)
    if (first !== undefined) return first
    this.#roots.assertIsLater(origin.hlc)
    // How many ranges are deleted shows only afterwards. Where it could be too many, a copy tries first.
    if (this.#structCount() > TRIED_STRUCTS_MIN) this.copy().#write(plan, sessionOrigin)
    return this.#write(plan, sessionOrigin)
  }

  /**
   * Makes an edit against an older version, which is left as it is, and merges
   * it into this document. `base` holds a part of what this document holds.
   */
  editFrom(base: ContextDocument, operations: readonly DraftOperation[], origin: EditOrigin): Edit | undefined {
    this.#assertUsable()
    this.#roots.assertIsLater(origin.hlc)
    const session = sessionFor(base.stateVector(), this.stateVector(), { ...origin.writer, docId: this.docId })
    const copy = base.copy()
    const edit = copy.edit(operations, { ...origin, session })
    const news = edit && this.#withoutKnownText(edit, copy.content.body)
    if (news !== undefined) this.apply(news.payload)
    return news
  }

  /** Applies a validated update. */
  apply(payload: Uint8Array): void {
    this.#assertUsable()
    this.#applyUpdate({ encoding: 'v1', bytes: payload })
  }

  /** Applies the validated first update of an empty document, whose content is known without Yjs. */
  begin(first: { readonly payload: Uint8Array; readonly content: ContextContent }): void {
    if (!this.isUntouched) throw new AssertionError({ message: 'Only an empty document begins' })
    this.#unbuilt = first
  }

  #plan(operations: readonly DraftOperation[]): EditPlan {
    const before = this.content
    const editor = new ContentEditor(before)
    for (const operation of operations) editor.apply(operation)
    const after = editor.content()
    assertWithinLimits(before, after)
    const plan = { steps: editor.steps, texts: bodyEdits(editor.steps.body, before.body, after.body), after }
    assertFitsOneUpdate(plan.steps, plan.texts)
    return plan
  }

  /** `undefined` for all but simple edits of an empty document. */
  #writeFirst(plan: EditPlan, origin: SessionOrigin): Edit | undefined {
    // Nothing is before the first edit, and time begins at 1.
    if (!this.isUntouched || origin.hlc <= 0) return undefined
    const edit = firstUpdate({ docId: this.docId, plan, origin })
    if (edit !== undefined) this.begin({ content: plan.after, payload: edit.payload })
    return edit
  }

  #write(plan: EditPlan, origin: SessionOrigin): Edit | undefined {
    return this.#guarded(() => {
      const edit = transactEdit(this.#doc, { roots: this.#roots, docId: this.docId, plan, origin })
      this.#doc.clientID = NO_CLIENT
      if (edit !== undefined) this.#roots.remember(plan.after)
      return edit
    })
  }

  /** An older version may lack the first body that this one has: then the same text is no news. */
  #withoutKnownText(edit: Edit, body: string): Edit | undefined {
    const isFirst = edit.clients.some(({ session }) => session === 'text')
    const client = isFirst ? textClientIdOf(this.docId, body) : NO_CLIENT
    return this.#clockOf(client) === 0 ? edit : withoutText(edit, client)
  }

  #applyUpdate({ encoding, bytes }: EncodedDocument): void {
    this.#guarded(() => {
      // In a transaction of our own, to learn which roots it changed.
      const changed = Y.transact(
        this.#doc,
        (transaction) => {
          if (encoding === 'v2') Y.applyUpdateV2(this.#doc, bytes)
          else Y.applyUpdate(this.#doc, bytes)
          return [...transaction.changed.keys()]
        },
        null,
        false
      )
      this.#roots.forget(changed)
      if (this.hasPending) throw new AssertionError({ message: 'An update was applied before what it builds upon' })
    })
  }

  get #doc(): Y.Doc {
    return (this.#built ?? this.#build()).doc
  }

  get #roots(): DocumentRoots {
    return (this.#built ?? this.#build()).roots
  }

  /** Many documents are written once and never looked into: Yjs is asked when the first one does. */
  #build(): Built {
    // Without a guid Yjs draws a random one, which costs more than everything else here.
    const doc = new Y.Doc({ guid: this.docId, gc: true })
    doc.clientID = NO_CLIENT
    const built = { doc, roots: new DocumentRoots(doc) }
    const { content, payload } = this.#unbuilt ?? EMPTY
    this.#built = built
    this.#unbuilt = undefined
    if (payload !== undefined) {
      this.#applyUpdate({ encoding: 'v1', bytes: payload })
      built.roots.remember(content)
    }
    return built
  }

  #clockOf(client: number): number {
    return Y.getState(this.#doc.store, client)
  }

  #structCount(): number {
    let count = 0
    for (const structs of this.#doc.store.clients.values()) count += structs.length
    return count
  }

  /** What is thrown inside a transaction leaves it half done. */
  #guarded<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      this.#isDamaged = true
      throw error
    }
  }

  #assertUsable(): void {
    if (!this.#isDamaged) return
    throw new AssertionError({ message: `Document ${this.docId} was damaged by an earlier failure: build it anew` })
  }
}
