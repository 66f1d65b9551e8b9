import type { ContextContent, ContextPath } from '@hcfs/core'
import type { CommitLog } from '../replica/commit-log.ts'
import type { HistoryRow } from '../replica/context-history.ts'
import type { HidingEntry } from '../replica/context-row.ts'
import { expiresHash } from '../replica/expiry.ts'
import { hidingAfter } from '../replica/hiding.ts'
import { entryPast } from '../replica/stored-past.ts'
import type { VersionEntries } from '../replica/version-reader.ts'

/** A version of one context that was rebuilt from its entries. */
export interface PastVersion extends VersionEntries {
  readonly path: ContextPath
  readonly content: ContextContent
}

/**
 * Whether the entries of a version hide the context, by the same rule by which
 * they hide it now: it is not the newest one that decides, because a delete also
 * beats what was written at the same time and dated later.
 */
export function isHiddenIn(log: CommitLog, { path, content, prefixEnd, extra }: PastVersion): boolean {
  let hiddenBy: readonly HidingEntry[] = []
  // Whatever hid the context before the end of the prefix, that entry has seen.
  for (const row of prefixEnd === undefined ? extra : [prefixEnd, ...extra]) {
    hiddenBy = hidingWith(log, hiddenBy, { path, row })
  }
  return hiddenBy.some(({ reason, about }) => reason !== 'expired' || about === expiresHash(content))
}

function hidingWith(
  log: CommitLog,
  before: readonly HidingEntry[],
  { path, row }: { path: ContextPath; row: HistoryRow }
): readonly HidingEntry[] {
  const { about, deps } = log.entry(row).entry
  const downTo = before.map(({ commit }) => commit)
  const past = before.length === 0 ? undefined : entryPast({ log, path, downTo }, deps)
  const entry = {
    commit: row.commit,
    kind: row.kind,
    reason: 'removed',
    ...(about !== undefined && { about })
  } as const
  return hidingAfter(before, entry, (other) => past?.has(other) === true)
}
