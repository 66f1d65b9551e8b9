import type { ContextPath, DocId, GrantId, HybridTime } from '@hcfs/core'
import type { CommitEntry, Edit, PreparedEntry, Writer } from '@hcfs/crdt'
import { ContextDocument, describePayload, prepareEntry } from '@hcfs/crdt'
import { NO_PAYLOAD } from './commit-log.ts'
import type { ContextRow } from './context-row.ts'
import { isShown } from './context-row.ts'
import type { GroupRows } from './group-rows.ts'
import type { LiveDocuments } from './live-documents.ts'
import type { EntryDecision, UpdateDecision } from './write-request.ts'

/** The commit that an entry is being written for. */
export interface CommitFrame {
  readonly writer: Writer
  /** The grant by which this device may write there; throws when there is none. */
  readonly grantFor: (path: ContextPath) => GrantId
  readonly hlc: HybridTime
  /** What is stored of the contexts that the group changes. */
  readonly rows: GroupRows
}

/** An entry with everything that follows from it but its commit's id. */
export interface WrittenDraft {
  readonly decision: EntryDecision
  readonly before: ContextRow | undefined
  readonly prepared: PreparedEntry
  readonly payload: Uint8Array
  /** The context after the entry; its heads are known once the commit is signed. */
  readonly document: ContextDocument | undefined
}

/** A Yjs update without structs and deletions: a context without content is created by one. */
const EMPTY_UPDATE = Uint8Array.of(0, 0)

/** Signals that documents have to be loaded before the request can be written. */
export class DocumentsNotLive extends Error {
  readonly docIds: readonly DocId[]

  constructor(docIds: readonly DocId[]) {
    super('Documents of the request are not in memory')
    this.docIds = docIds
  }
}

/**
 * Turns decisions into entries: edits the document, names the payload, encodes
 * the entry. Changes documents in memory; who calls it discards them when the
 * request or its batch fails.
 */
export class EntryWriter {
  readonly #documents: LiveDocuments

  constructor({ documents }: { documents: LiveDocuments }) {
    this.#documents = documents
  }

  /** To be asked before the first decision of a request is written: what `write` did to one document cannot be taken back. */
  assertLive(decisions: readonly EntryDecision[], rows: GroupRows): void {
    const missing = decisions.flatMap(({ kind, path }) => {
      const docId = kind === 'update' ? rows.row(path)?.docId : undefined
      return docId === undefined || this.#documents.get(docId) !== undefined ? [] : [docId]
    })
    if (missing.length > 0) throw new DocumentsNotLive(missing)
  }

  /** `undefined` when the decision changes nothing. */
  write(decision: EntryDecision, frame: CommitFrame): WrittenDraft | undefined {
    const before = frame.rows.row(decision.path)
    if (decision.kind !== 'update') return this.#writeMark(decision, before, frame)
    const document = this.#documentFor(decision, before, frame)
    const edit = this.#edit(document, decision, { before, frame })
    const revives = before !== undefined && !isShown(before)
    if (edit === undefined && before !== undefined && !revives && decision.about === undefined) return undefined
    const payload = edit?.payload ?? EMPTY_UPDATE
    const prepared = prepareEntry({
      ...entryBase(decision, before, frame),
      clients: edit?.clients ?? [],
      ...describePayload(payload)
    })
    return { decision, before, prepared, payload, document }
  }

  #writeMark(decision: EntryDecision, before: ContextRow | undefined, frame: CommitFrame): WrittenDraft {
    const prepared = prepareEntry({ ...entryBase(decision, before, frame), clients: [], payloadBytes: 0 })
    return { decision, before, prepared, payload: NO_PAYLOAD, document: undefined }
  }

  #documentFor({ path }: UpdateDecision, before: ContextRow | undefined, { rows }: CommitFrame): ContextDocument {
    if (before === undefined) return ContextDocument.empty(rows.docId(path))
    const live = this.#documents.get(before.docId)
    if (live === undefined) throw new DocumentsNotLive([before.docId])
    return live
  }

  #edit(
    document: ContextDocument,
    { operations, base }: UpdateDecision,
    { before, frame }: { before: ContextRow | undefined; frame: CommitFrame }
  ): Edit | undefined {
    const { writer, hlc } = frame
    if (base === undefined || before === undefined) return document.edit(operations, { writer, hlc })
    return document.editFrom(base.document, operations, { writer, hlc })
  }
}

function entryBase(
  decision: EntryDecision,
  before: ContextRow | undefined,
  { grantFor }: CommitFrame
): Omit<CommitEntry, 'clients' | 'payloadBytes' | 'payloadHash'> {
  return {
    path: decision.path,
    kind: decision.kind,
    grant: grantFor(decision.path),
    deps: before?.heads ?? [],
    ...(decision.about === undefined ? {} : { about: decision.about }),
    ...(decision.by === undefined ? {} : { by: decision.by }),
    ...(decision.note === undefined ? {} : { note: decision.note })
  }
}
