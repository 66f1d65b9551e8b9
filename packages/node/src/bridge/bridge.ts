import type { By, Clock, ContextPath, DraftOperation } from '@hcfs/core'
import { EMPTY_CONTENT, HcfsError } from '@hcfs/core'
import type { BridgeDocument, EditorOutcome } from '@hcfs/crdt'
import { operationsForPut } from '@hcfs/crdt'
import type { ContextRow } from '../replica/context-row.ts'
import { isShown } from '../replica/context-row.ts'
import { isExpired } from '../replica/expiry.ts'
import type { Replica } from '../replica/replica.ts'
import type { EntryDecision, WriteView } from '../replica/write-request.ts'
import type { StoreOperation } from '../storage/ordered-store.ts'
import type { BridgeWrite } from './bridge-store.ts'

/** Somebody who edits a context live. Nothing it does may throw. */
export interface BridgeEditor {
  /** Who its changes are written for. */
  readonly by?: By
  /** What the others wrote. */
  update(update: Uint8Array): void
  /** The bridge is gone; nothing more comes. */
  end(error: HcfsError): void
}

export interface BridgeComponents {
  replica: Pick<Replica, 'write' | 'rows'>
  clock: Pick<Clock, 'now'>
  document: BridgeDocument
  parts: { append(updates: readonly Uint8Array[], encodeState: BridgeDocument['encodeState']): BridgeWrite }
  /** Nobody is there any more, or it failed. */
  onClosed: () => void
}

interface Pending {
  readonly by: By | undefined
  readonly updates: Uint8Array[]
}

/** What one write of the bridge does, decided when its commit is made. */
interface Plan {
  readonly text: string
  readonly wasShown: boolean
  readonly decisions: readonly EntryDecision[]
  readonly crossed: Uint8Array | undefined
  readonly write: BridgeWrite | undefined
}

/** What editors may have sent that is not committed yet. */
const PENDING_BYTES_MAX = 4 * 1_024 * 1_024

/**
 * Keeps the text that editors share and that of the context equal.
 *
 * 1. What the context got meanwhile crosses before what editors wrote is settled, in the same commit.
 * 2. What is stored of the bridge and the commit share one batch.
 * 3. Editors see what crossed only once it is stored; what they send each other at once.
 * 4. After a write that failed the bridge ends: what it holds is ahead of the disk.
 */
export class Bridge {
  readonly path: ContextPath
  readonly #components: BridgeComponents
  readonly #editors = new Set<BridgeEditor>()
  #pending: Pending[] = []
  #pendingBytes = 0
  #isShown: boolean
  #running: Promise<void> | undefined
  #isDue = false
  #isEnded = false

  constructor(components: BridgeComponents, { path }: { path: ContextPath }) {
    this.#components = components
    this.path = path
    this.#isShown = this.#isVisible(components.replica.rows.any(path))
  }

  get editorCount(): number {
    return this.#editors.size
  }

  join(editor: BridgeEditor): void {
    this.#assertOpen()
    this.#editors.add(editor)
  }

  /** The last who leaves closes the bridge, once everything is written. */
  async leave(editor: BridgeEditor): Promise<void> {
    this.#editors.delete(editor)
    await this.flush()
    if (this.#editors.size === 0) this.#end()
  }

  stateVector(): Uint8Array {
    return this.#components.document.stateVector()
  }

  missingSince(stateVector: Uint8Array): Uint8Array {
    return this.#components.document.missingSince(stateVector)
  }

  wouldWrite(update: Uint8Array): boolean {
    return this.#components.document.wouldWrite(update)
  }

  /** Passes an update on to the other editors, and begins to write it. */
  receive(update: Uint8Array, editor: BridgeEditor): EditorOutcome['kind'] {
    this.#assertOpen()
    if (this.#pendingBytes + update.byteLength > PENDING_BYTES_MAX) throw tooMuchPending()
    const outcome = this.#components.document.receive(update)
    if (outcome.kind !== 'applied') return outcome.kind
    for (const other of this.#editors) if (other !== editor) other.update(outcome.news)
    this.#add(outcome.news, editor.by)
    this.#schedule()
    return outcome.kind
  }

  /** The context may have changed. */
  look(): void {
    const row = this.#components.replica.rows.any(this.path)
    if (this.#running !== undefined) this.#isDue = true
    else if (this.#isVisible(row) !== this.#isShown || this.#textOf(row) !== this.#components.document.text) {
      this.#schedule()
    }
  }

  /** Resolves once everything that editors sent is written, or the bridge has ended. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  #add(update: Uint8Array, by: By | undefined): void {
    this.#pendingBytes += update.byteLength
    const last = this.#pending.at(-1)
    if (last !== undefined && last.by === by) last.updates.push(update)
    else this.#pending.push({ by, updates: [update] })
  }

  #schedule(): void {
    this.#isDue = true
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    // In the same turn more of one keystroke may come.
    await Promise.resolve()
    try {
      while (!this.#isEnded && (this.#isDue || this.#pending.length > 0)) {
        this.#isDue = false
        await this.#write(this.#pending.shift())
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#running = undefined
    }
  }

  async #write(group: Pending | undefined): Promise<void> {
    let plan: Plan | undefined
    await this.#components.replica.write({
      paths: [this.path],
      bytes: group?.updates.reduce((sum, update) => sum + update.byteLength, 0) ?? 0,
      get along(): readonly StoreOperation[] {
        return plan?.write?.operations ?? []
      },
      decide: (view) => {
        plan = this.#planAgain(plan, view, group)
        return plan.decisions
      }
    })
    this.#stored(plan, group)
  }

  /** Asked twice when the document had to be loaded first; the bridge has gone on since, so only the same question has an answer. */
  #planAgain(before: Plan | undefined, view: WriteView, group: Pending | undefined): Plan {
    if (before === undefined) return this.#plan(view, group)
    const row = view.row(this.path)
    if (before.text === this.#textOf(row) && before.wasShown === this.#isVisible(row)) return before
    throw new HcfsError('STREAM_CLOSED', 'The context changed while it was loaded; connect again')
  }

  #plan(view: WriteView, group: Pending | undefined): Plan {
    const { document, parts } = this.#components
    const row = view.row(this.path)
    const wasShown = this.#isVisible(row)
    if (this.#isShown && !wasShown) throw removed(this.path)
    const text = this.#textOf(row)
    const crossed = document.cross(text)
    const settled = group && document.settle(group.updates)
    const updates = [crossed, settled?.update].filter((update) => update !== undefined)
    const operations = settled?.operations ?? []
    const decisions = operations.length === 0 ? [] : [this.#decision({ row, wasShown, operations, by: group?.by })]
    const write = updates.length === 0 ? undefined : parts.append(updates, () => document.encodeState())
    return { text, wasShown, decisions, crossed, write }
  }

  #decision({
    row,
    wasShown,
    operations,
    by
  }: {
    row: ContextRow | undefined
    wasShown: boolean
    operations: readonly DraftOperation[]
    by: By | undefined
  }): EntryDecision {
    const anew = (): readonly DraftOperation[] =>
      operationsForPut(row?.content ?? EMPTY_CONTENT, { body: this.#components.document.text }, { replace: true })
    return {
      kind: 'update',
      path: this.path,
      operations: wasShown ? operations : anew(),
      ...(by && { by })
    }
  }

  #stored(plan: Plan | undefined, group: Pending | undefined): void {
    if (plan === undefined) return
    plan.write?.done()
    this.#pendingBytes -= group?.updates.reduce((sum, update) => sum + update.byteLength, 0) ?? 0
    this.#isShown = plan.wasShown || plan.decisions.length > 0
    if (plan.crossed === undefined) return
    this.#components.document.show(plan.crossed)
    for (const editor of this.#editors) editor.update(plan.crossed)
  }

  #isVisible(row: ContextRow | undefined): boolean {
    return row !== undefined && isShown(row) && !isExpired(row.content, this.#components.clock.now())
  }

  #textOf(row: ContextRow | undefined): string {
    return this.#isVisible(row) && row !== undefined ? row.content.body : ''
  }

  #fail(error: unknown): void {
    const editors = [...this.#editors]
    this.#editors.clear()
    this.#end()
    const told =
      error instanceof HcfsError ? error : new HcfsError('INTERNAL', 'The editor could not be served', { cause: error })
    for (const editor of editors) editor.end(told)
  }

  #end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#components.onClosed()
  }

  #assertOpen(): void {
    if (this.#isEnded)
      throw new HcfsError('STREAM_CLOSED', 'The editors of this context were disconnected; connect again')
  }
}

function removed(path: ContextPath): HcfsError {
  return new HcfsError('CONTEXT_NOT_FOUND', `${path} was removed while it was edited; hcfs undelete brings it back`, {
    details: { path }
  })
}

function tooMuchPending(): HcfsError {
  return new HcfsError('LIVE_TOO_MANY', 'The editors of this context write faster than the disk; try again', {
    details: { pendingBytesMax: PENDING_BYTES_MAX }
  })
}
