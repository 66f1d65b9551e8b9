import type { ContextPath, DocId, Logger } from '@hcfs/core'
import { EMPTY_CONTENT, HcfsError } from '@hcfs/core'
import type { CommitHeader, EntryVerdict, Writer } from '@hcfs/crdt'
import { documentIdOf } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import type { CommitLog, LoggedEntry, LogPlace } from './commit-log.ts'
import type { ContextHistory } from './context-history.ts'
import { hiddenReasonOf } from './context-replay.ts'
import type { ContextRow } from './context-row.ts'
import { isShown } from './context-row.ts'
import type { ChangedVerdict } from './judge-log.ts'
import { documentBefore } from './logged-update.ts'
import { operationsToRepeat } from './merge-contents.ts'
import type { EntryDecision, WriteRequest } from './write-request.ts'

export interface OwnRewriteComponents {
  store: OrderedStore
  log: CommitLog
  history: ContextHistory
  logger: Logger
  /** Who signs here now. */
  writer: () => Writer
  spaceOf: (path: ContextPath) => ContextPath
  write: (request: WriteRequest) => Promise<unknown>
  /** Goes on under a new incarnation, unless this one has been left already. */
  leave: (incarnation: number) => Promise<unknown>
}

/** Those that follow from what the owner decided, and not from a mistake of the author. */
const DECIDED: ReadonlySet<string> = new Set(['past-cut', 'against-settlement', 'dep-void'])

/**
 * Writes anew what this device wrote and what then lost its effect: a cut or a
 * settlement made it void, or its path has come to lie in another space.
 *
 * 1. What is to be written anew is marked in the batch that takes its effect away,
 *    and the mark goes in the batch of the commit that replaces it: once, also
 *    when there is a crash in between.
 * 2. What this device does not know to have written itself is left to whoever has.
 * 3. What may not be written any more stays marked, until it may.
 */
export class OwnRewrite {
  readonly #components: OwnRewriteComponents

  constructor(components: OwnRewriteComponents) {
    this.#components = components
  }

  /** To be stored with the verdicts. */
  marksOfVoid({ id, header, position, verdicts, before }: ChangedVerdict): StoreOperation[] {
    if (!this.#isOwn(header) || this.#wasReceived(id)) return []
    return verdicts.flatMap((verdict, index) =>
      isDecided(verdict) && !isFinal(before[index]) ? [markOf({ position, index })] : []
    )
  }

  /** To be stored when the context of this row is no longer what its path shows. */
  async marksOfStray({ docId }: Pick<ContextRow, 'docId'>): Promise<StoreOperation[]> {
    const { history, log } = this.#components
    const marks: StoreOperation[] = []
    for await (const row of history.rows(docId)) {
      const { position, index } = row
      if (row.kind !== 'update' || !this.#isOwn(log.header(position).header)) continue
      if (!this.#wasReceived(row.commit)) marks.push(markOf({ position, index }))
    }
    return marks
  }

  /** Writes what is marked, in the order in which it was written first. */
  async run(): Promise<void> {
    const { store, log, logger } = this.#components
    const marked: LogPlace[] = []
    for await (const chunk of store.scanKeys(keys.family('rewrite'))) marked.push(...chunk.map(keys.parseRewriteKey))
    for (const place of marked) {
      try {
        await this.#rewrite(place)
      } catch (error) {
        if (!(error instanceof HcfsError)) throw error
        logger.warn('own-entry-not-rewritten', { commit: log.header(place.position).id, error })
      }
    }
  }

  async #rewrite(place: LogPlace): Promise<void> {
    const { store, log, leave, write } = this.#components
    const { id, header } = log.header(place.position)
    const logged = log.entry(place)
    const done: StoreOperation = { type: 'del', key: keys.rewrite(place) }
    const isVoid = log.voidsAt(place.position).get(place.index)?.isFinal === true
    if (!isVoid && !this.#isStray(header, logged)) {
      await store.batch([done], { sync: true })
      return
    }
    // In its chain the places of what is void are taken, and so may be the Yjs clocks.
    if (isVoid) await leave(header.incarnation)
    const decisionFor = this.#repeating({ header, logged, about: id })
    const { path } = logged.entry
    await write({
      paths: [path],
      decide: (view) => decisionFor(view.row(path)),
      along: [done]
    })
  }

  /** What to write of it, given what is there now. */
  #repeating({
    header,
    logged,
    about
  }: {
    header: CommitHeader
    logged: LoggedEntry
    about: string
  }): (row: ContextRow | undefined) => readonly EntryDecision[] {
    const { entry, payload } = logged
    const { path, kind, by, note } = entry
    const common = { path, ...(by && { by }), ...(note !== undefined && { note }) }
    if (kind === 'expire') return () => []
    if (kind === 'undelete') return (row) => (row === undefined || isShown(row) ? [] : [{ ...common, kind, about }])
    if (kind === 'delete') {
      const reason = hiddenReasonOf(entry)
      // A delete that names something is half of a move, so this one names only what it named before.
      const named = entry.about === undefined ? {} : { about: entry.about }
      return (row) => (row === undefined || !isShown(row) ? [] : [{ ...common, ...named, kind, reason }])
    }
    const document = documentBefore(this.#components.log, header, entry)
    const before = document.content
    document.apply(payload)
    const after = document.content
    return (row) => {
      const onto = row?.content ?? EMPTY_CONTENT
      const docId: DocId = document.docId
      const operations = operationsToRepeat({ docId, before, after, onto })
      const isThere = operations.length === 0 && row !== undefined && isShown(row)
      return isThere ? [] : [{ ...common, kind, operations, about }]
    }
  }

  #isStray({ space }: CommitHeader, { entry: { path } }: LoggedEntry): boolean {
    return documentIdOf(space, path) !== documentIdOf(this.#components.spaceOf(path), path)
  }

  #isOwn({ author }: CommitHeader): boolean {
    return author === this.#components.writer().author
  }

  #wasReceived(id: ChangedVerdict['id']): boolean {
    return this.#components.store.getTextSync(keys.receivedOwn(id)) !== undefined
  }
}

function markOf(place: LogPlace): StoreOperation {
  return { type: 'put', key: keys.rewrite(place), value: '' }
}

function isFinal(verdict: EntryVerdict | undefined): boolean {
  return verdict?.verdict === 'void' && verdict.isFinal
}

function isDecided(verdict: EntryVerdict): boolean {
  return verdict.verdict === 'void' && verdict.isFinal && DECIDED.has(verdict.reason)
}
