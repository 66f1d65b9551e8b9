import type { ContextContent, DocId, DraftOperation } from '@hcfs/core'
import { deviceId, EMPTY_CONTENT, hybridTime } from '@hcfs/core'
import { ContextDocument, operationsForPut } from '@hcfs/crdt'

/** A change of a content, and the content that it is to be made of. */
export interface ContentChange {
  readonly docId: DocId
  readonly before: ContextContent
  readonly after: ContextContent
  readonly onto: ContextContent
}

/** Two writers that nobody is: what they write never leaves this function. */
const NOBODY = deviceId('00'.repeat(32))
const THEIRS = { author: NOBODY, incarnation: 0 }
const OURS = { author: NOBODY, incarnation: 1 }

/** What to do to a content so that it has what led from one version to the next, and keeps what others did. */
export function operationsToRepeat({ docId, before, after, onto }: ContentChange): DraftOperation[] {
  const document = ContextDocument.empty(docId)
  document.edit(operationsForPut(EMPTY_CONTENT, before), { writer: THEIRS, hlc: hybridTime(1) })
  const base = document.copy()
  document.edit(operationsForPut(before, onto), { writer: THEIRS, hlc: hybridTime(2) })
  document.editFrom(base, operationsForPut(before, after), { writer: OURS, hlc: hybridTime(3) })
  return operationsForPut(onto, document.content)
}
