import type { ContextContent, DraftOperation, HybridTime } from '@hcfs/core'
import { ContentEditor, deviceId, hybridTime } from '@hcfs/core'
import { expect } from 'vitest'
import { ContextDocument } from '../../src/document/context-document.ts'
import type { Edit } from '../../src/document/edit-transaction.ts'
import type { Writer } from '../../src/document/ids.ts'
import { checkTextOrder } from '../../src/validation/text-order.ts'
import { validateUpdate } from '../../src/validation/validate-update.ts'
import type { NaiveEdit } from './naive-context.ts'
import { NaiveContext } from './naive-context.ts'
import { DOC } from './writers.ts'

/** Operations that depend on the content they are made for. */
export type Seed = (content: ContextContent) => readonly DraftOperation[]

/** An edit on its way to the other replicas. */
interface Sent {
  readonly edit: Edit | undefined
  readonly naive: NaiveEdit
  readonly hlc: HybridTime
  readonly writer: Writer
  /** How many edits of each replica its author had seen. */
  readonly seen: readonly number[]
  /** What the author's document held before it. */
  readonly base: ReadonlyMap<number, number>
}

interface Version {
  readonly document: ContextDocument
  readonly naive: NaiveContext
}

/**
 * One writer with a document and the naive one beside it. Receives the edits of
 * the others in causal order, each of which must pass validation.
 */
export class Replica {
  readonly document = ContextDocument.empty(DOC)
  readonly naive = new NaiveContext()
  readonly writer: Writer
  readonly sent: Sent[] = []
  readonly #index: number
  readonly #seen: number[]
  readonly #versions: Version[] = []
  #time = 0

  constructor(index: number, count: number) {
    this.#index = index
    this.#seen = new Array<number>(count).fill(0)
    this.writer = { author: deviceId(`${index}1`.repeat(32)), incarnation: index }
  }

  /** Edits the document as it is, or as it was some time ago, if that was remembered. */
  edit(seeds: readonly Seed[], versionsAgo: number): void {
    const version = versionsAgo === 0 ? undefined : this.#versions.at(-versionsAgo)
    const { operations, outcome } = grown(seeds, (version ?? this).document.content)
    const base = this.document.stateVector()
    const origin = { writer: this.writer, hlc: this.#nextTime() }
    const edit = version
      ? this.document.editFrom(version.document, operations, origin)
      : this.document.edit(operations, origin)
    if (version === undefined) expect(this.document.content).toEqual(outcome)
    const naive = (version?.naive.copy() ?? this.naive).edit(operations, origin.hlc)
    this.naive.apply(naive)
    this.#seen[this.#index]! += 1
    this.sent.push({ ...origin, edit, naive, base, seen: [...this.#seen] })
  }

  remember(): void {
    this.#versions.push({ document: this.document.copy(), naive: this.naive.copy() })
  }

  /** Takes the next edit of another replica, if everything it builds upon is here. */
  receive(from: Replica): boolean {
    const sent = from.sent[this.#seen[from.#index]!]
    if (sent === undefined || from === this || !this.#holdsAllBefore(sent, from)) return false
    this.#seen[from.#index]! += 1
    this.#time = Math.max(this.#time, sent.hlc)
    this.naive.apply(sent.naive)
    if (sent.edit !== undefined) this.#apply(sent.edit, sent)
    return true
  }

  /** What everything else is compared with: read anew from bytes, so that nothing is remembered. */
  loaded(): ContextDocument {
    return ContextDocument.load(DOC, this.document.encodeState())
  }

  /** After everything seen, and never that of another replica. */
  #nextTime(): HybridTime {
    this.#time = (Math.floor(this.#time / 10) + 1) * 10 + this.#index
    return hybridTime(this.#time)
  }

  #apply({ payload, clients }: Edit, { hlc, writer, base }: Sent): void {
    const { structs } = validateUpdate(payload, { docId: DOC, writer, clients, base, hlc, lookup: this.document })
    checkTextOrder(this.document.items, structs, base)
    this.document.apply(payload)
  }

  #holdsAllBefore({ seen }: Sent, from: Replica): boolean {
    return seen.every((count, index) => this.#seen[index]! >= (index === from.#index ? count - 1 : count))
  }
}

/** Operations that were chosen one after another, and the content they lead to. */
function grown(seeds: readonly Seed[], content: ContextContent) {
  const editor = new ContentEditor(content)
  const operations = seeds.flatMap((seed) => {
    const some = seed(editor.content())
    for (const operation of some) editor.apply(operation)
    return some
  })
  return { operations, outcome: editor.content() }
}
