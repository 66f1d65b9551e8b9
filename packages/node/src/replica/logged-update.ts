import type { CommitHeader } from '@hcfs/crdt'
import { applyValidated, ContextDocument, documentIdOf } from '@hcfs/crdt'
import { pastOf } from './ancestry.ts'
import type { CommitLog, LoggedEntry } from './commit-log.ts'
import { isAccepted } from './received-judge.ts'

/**
 * Whether a stored update keeps the rules for updates, given all that it follows and nothing else.
 * For entries that a settlement brought back: they were not looked at while they were held.
 */
export function isLoggedUpdateValid(log: CommitLog, header: CommitHeader, { entry, payload }: LoggedEntry): boolean {
  const document = ContextDocument.empty(documentIdOf(header.space, entry.path))
  const past = [...pastOf(entry.deps, (id) => log.entryOf(id, entry.path)?.entry.deps)]
  const before = past.flatMap((id) => log.entryOf(id, entry.path) ?? []).sort((a, b) => a.position - b.position)
  for (const each of before) if (each.payload.byteLength > 0) document.apply(each.payload)
  const { author, incarnation, hlc } = header
  const base = document.stateVector()
  return isAccepted(() =>
    applyValidated(document, payload, { writer: { author, incarnation }, clients: entry.clients, base, hlc })
  )
}
