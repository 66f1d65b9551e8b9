import type { DraftOperation, HybridTime } from '@hcfs/core'
import { deviceId, hybridTime, parsePath } from '@hcfs/core'
import { ContextDocument } from '../../src/document/context-document.ts'
import type { Edit } from '../../src/document/edit-transaction.ts'
import type { Writer } from '../../src/document/ids.ts'
import { documentIdOf } from '../../src/document/ids.ts'

export const DOC = documentIdOf(parsePath('/'), parsePath('/notes'))
export const ADA: Writer = { author: deviceId('aa'.repeat(32)), incarnation: 1 }
export const BOB: Writer = { author: deviceId('bb'.repeat(32)), incarnation: 2 }

let lastTime = 0

/** Later than every time before it. */
export function nextTime(): HybridTime {
  lastTime += 1
  return hybridTime(lastTime)
}

/** An edit that is expected to change something. */
export function edited(document: ContextDocument, writer: Writer, ...operations: readonly DraftOperation[]): Edit {
  const edit = document.edit(operations, { writer, hlc: nextTime() })
  if (edit === undefined) throw new TypeError('The edit changed nothing')
  return edit
}

/** A document that received these edits and no others. */
export function documentOf(...edits: readonly Edit[]): ContextDocument {
  const document = ContextDocument.empty(DOC)
  for (const { payload } of edits) document.apply(payload)
  return document
}
