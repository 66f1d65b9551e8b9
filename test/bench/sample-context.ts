import type { DocId, DraftOperation, HybridTime } from '@hcfs/core'
import { deviceId, hybridTime, parsePath } from '@hcfs/core'
import type { Edit, EditOrigin } from '@hcfs/crdt'
import { ContextDocument, documentIdOf } from '@hcfs/crdt'
import * as Y from 'yjs'

export interface SampleContext {
  readonly document: ContextDocument
  /** How it came about, and when. */
  readonly edit: Edit
  readonly hlc: HybridTime
}

const WRITER = { author: deviceId('ad'.repeat(32)), incarnation: 1 }
const DOC_ID: DocId = documentIdOf(parsePath('/'), parsePath('/projects/apollo/notes'))
const FIELDS: Readonly<Record<string, string>> = { status: 'open', owner: 'ada', due: 'Tuesday', priority: 'high' }
const TAGS: readonly string[] = ['docking', 'urgent']

let lastHlc = 1_790_000_000_000_000

/** Who edits; later than every origin given before. */
export function nextOrigin(): EditOrigin {
  lastHlc += 1
  return { writer: WRITER, hlc: hybridTime(lastHlc) }
}

export function sampleBody(bytes: number): string {
  const line = 'All work and no play makes a dull benchmark.\n'
  return line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes)
}

export function createContext(body: string): SampleContext {
  const document = emptyContext()
  const operations: DraftOperation[] = [
    { kind: 'body.insert', at: 0, text: body },
    ...Object.entries(FIELDS).map(([name, value]): DraftOperation => ({ kind: 'field.set', keys: [name], value })),
    ...TAGS.map((tag): DraftOperation => ({ kind: 'tag.add', tag }))
  ]
  const origin = nextOrigin()
  const edit = document.edit(operations, origin)
  if (edit === undefined) throw new Error('creating the sample changed nothing')
  return { document, edit, hlc: origin.hlc }
}

export function emptyContext(): ContextDocument {
  return ContextDocument.empty(DOC_ID)
}

/** What the entry of an edit says, as far as the validation of its update depends on it. */
export function entryContext(edit: Edit, before: ContextDocument, hlc: HybridTime) {
  return { writer: WRITER, clients: edit.clients, base: before.stateVector(), hlc }
}

/** The same text, fields and tags without authors, times and limits. */
export function createPlain(body: string): Y.Doc {
  const document = new Y.Doc({ guid: DOC_ID })
  document.transact(() => {
    document.getText('body').insert(0, body)
    for (const [name, value] of Object.entries(FIELDS)) document.getMap('fields').set(name, value)
    for (const tag of TAGS) document.getMap('tags').set(tag, true)
  })
  return document
}

export function emptyPlain(): Y.Doc {
  return new Y.Doc({ guid: DOC_ID })
}

export function readPlain(document: Y.Doc): unknown[] {
  return [document.getText('body').toString(), document.getMap('fields').toJSON(), document.getMap('tags').toJSON()]
}

/** The update that a change amounts to. */
export function changePlain(document: Y.Doc, change: (document: Y.Doc) => void): Uint8Array | undefined {
  let update: Uint8Array | undefined
  document.once('update', (bytes: Uint8Array) => {
    update = bytes
  })
  document.transact(() => change(document))
  return update
}
