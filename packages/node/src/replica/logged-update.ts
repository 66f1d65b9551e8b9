import type { CommitEntry, CommitHeader } from '@hcfs/crdt'
import { applyValidated, ContextDocument, documentIdOf } from '@hcfs/crdt'
import { pastOf } from './ancestry.ts'
import type { CommitLog, LoggedEntry } from './commit-log.ts'
import { isAccepted } from './received-judge.ts'

/**
 * Whether a stored update keeps the rules for updates, given all that it follows and nothing else.
 * For entries that a settlement brought back: they were not looked at while they were held.
 */
export function isLoggedUpdateValid(log: CommitLog, header: CommitHeader, { entry, payload }: LoggedEntry): boolean {
  const document = documentBefore(log, header, entry)
  const { author, incarnation, hlc } = header
  const base = document.stateVector()
  return isAccepted(() =>
    applyValidated(document, payload, { writer: { author, incarnation }, clients: entry.clients, base, hlc })
  )
}

/** The document as the author of an entry had it: with everything in the entry's past, void or not. */
export function documentBefore(
  log: CommitLog,
  { space }: Pick<CommitHeader, 'space'>,
  { path, deps }: Pick<CommitEntry, 'path' | 'deps'>
): ContextDocument {
  const document = ContextDocument.empty(documentIdOf(space, path))
  const past = [...pastOf(deps, (id) => log.entryOf(id, path)?.entry.deps)]
  const before = past.flatMap((id) => log.entryOf(id, path) ?? []).sort((a, b) => a.position - b.position)
  for (const each of before) if (each.payload.byteLength > 0) document.apply(each.payload)
  return document
}
