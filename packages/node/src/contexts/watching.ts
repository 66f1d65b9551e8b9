import type { ContextContent, ContextPath, WatchedChange, WatchOptions } from '@hcfs/core'
import { EMPTY_CONTENT, FORMAT_LIMITS, HcfsError, isPathPrefix } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import type { CommitsOptions, LoggedCommit, LoggedEntry, LogPlace } from '../replica/commit-log.ts'
import { isShown, versionOf } from '../replica/context-row.ts'
import type { Replica } from '../replica/replica.ts'
import { unknownVersion } from '../replica/version-reader.ts'
import { isoTimeOf } from './iso-time.ts'
import { RebuiltContexts } from './rebuilt-contexts.ts'

interface FollowOptions {
  readonly from: number | undefined
  readonly values: boolean
  readonly signal?: AbortSignal
  readonly rebuilt: RebuiltContexts
}

/**
 * Follows the log. Every follower reads it from its own position, so a slow one
 * costs no memory, and one that comes back goes on where it was: each change at
 * least once, in the order in which this node applied them.
 *
 * A context that became something else because the owner or a fork decided so has no
 * new entry: whoever watches then is told what it is now.
 */
export class Watching {
  readonly #replica: Replica
  /** Read once for all who wait for it. */
  #newest: { readonly position: number; readonly commit: Promise<LoggedCommit | undefined> } | undefined

  constructor({ replica }: { replica: Replica }) {
    this.#replica = replica
  }

  /** A watch from there sees what is committed from now on. */
  get feedPosition(): number {
    return feedPositionOf({ position: this.#replica.changes.position, index: FORMAT_LIMITS.commitEntriesMax - 1 })
  }

  async *watch(
    prefix: ContextPath,
    { from, values = false, signal }: WatchOptions = {}
  ): AsyncGenerator<WatchedChange> {
    if (from !== undefined && !(Number.isSafeInteger(from) && from >= 0)) throw invalidPosition()
    const rebuilt = new RebuiltContexts(this.#replica, prefix)
    try {
      yield* this.#follow(prefix, { from, values, rebuilt, ...(signal && { signal }) })
    } finally {
      rebuilt.stop()
    }
  }

  async *#follow(prefix: ContextPath, { from, values, signal, rebuilt }: FollowOptions): AsyncGenerator<WatchedChange> {
    const { changes } = this.#replica
    const ended = signal ?? new AbortController().signal
    const start = from === undefined ? undefined : placeOf(from)
    // The commit in which the watcher stopped is read again, for what comes behind it there.
    let position = start === undefined ? changes.position : Math.max(start.position - 1, 0)
    while (!ended.aborted) {
      const upTo = changes.position
      for await (const commit of this.#commits({ after: position, upTo, ...(signal && { signal }) })) {
        for (const logged of commit.entries) {
          if (logged.voided !== undefined || (start !== undefined && !isBehind(logged, start))) continue
          if (isPathPrefix(prefix, logged.entry.path)) yield await this.#changeOf(commit, logged, values)
        }
        position = commit.position
      }
      position = Math.max(position, upTo)
      for (const path of rebuilt.take()) {
        const change = await this.#changeOfRebuilt(path, { position, values })
        if (change !== undefined) yield change
      }
      const { arrived } = rebuilt
      const grown = changes.waitBeyond(position, AbortSignal.any([ended, arrived]))
      if (!(await isGrown(grown, ended, arrived))) return
    }
  }

  /** As if it had been written just now: what it is, and the place in the log that has been reached. */
  async #changeOfRebuilt(
    path: ContextPath,
    { position, values }: { position: number; values: boolean }
  ): Promise<WatchedChange | undefined> {
    const { rows, history, log } = this.#replica
    const row = rows.any(path)
    const isThere = row !== undefined && isShown(row)
    let newest = row?.heads[0]
    if (newest === undefined) {
      const docId = this.#replica.docIdOf(path)
      for await (const { commit } of history.allRows(docId, { newestFirst: true, limit: 1 })) newest = commit
    }
    const at = newest === undefined ? undefined : log.positionOf(newest)
    if (newest === undefined || at === undefined) return undefined
    const { header } = log.header(at)
    return {
      position: feedPositionOf({ position, index: FORMAT_LIMITS.commitEntriesMax - 1 }),
      path,
      kind: isThere ? 'update' : 'delete',
      version: versionOf(row?.heads ?? [newest]),
      commit: newest,
      author: header.author,
      time: isoTimeOf(header.hlc),
      ...(values && { after: isThere ? row.content : EMPTY_CONTENT })
    }
  }

  /** A scan of the log costs more than all else that a watcher does, so those who are up to date share it. */
  async *#commits(range: CommitsOptions & { upTo: number }): AsyncIterable<LoggedCommit> {
    if (range.upTo !== range.after + 1) return yield* this.#replica.log.commits(range)
    const commit = await this.#commitAt(range.upTo)
    if (commit !== undefined) yield commit
  }

  #commitAt(position: number): Promise<LoggedCommit | undefined> {
    if (this.#newest?.position === position) return this.#newest.commit
    const commit = firstOf(this.#replica.log.commits({ after: position - 1, upTo: position }))
    this.#newest = { position, commit }
    // The next one tries again.
    commit.catch(() => {
      if (this.#newest?.commit === commit) this.#newest = undefined
    })
    return commit
  }

  async #changeOf(
    { signed }: Pick<LoggedCommit, 'signed'>,
    logged: LoggedEntry,
    values: boolean
  ): Promise<WatchedChange> {
    const { entry } = logged
    const { header } = signed
    const note = entry.note ?? header.note
    const change: WatchedChange = {
      position: feedPositionOf(logged),
      path: entry.path,
      kind: entry.kind,
      version: versionOf([signed.id]),
      commit: signed.id,
      author: header.author,
      time: isoTimeOf(header.hlc),
      ...(entry.by && { by: entry.by }),
      ...(note !== undefined && { note })
    }
    if (!values) return change
    return {
      ...change,
      before: await this.#contentAt(signed, logged, entry.deps),
      after: await this.#contentAt(signed, logged, [signed.id])
    }
  }

  async #contentAt(
    { header }: LoggedCommit['signed'],
    { entry }: LoggedEntry,
    heads: LoggedEntry['entry']['deps']
  ): Promise<ContextContent> {
    if (heads.length === 0) return EMPTY_CONTENT
    const { versions } = this.#replica
    const docId = documentIdOf(header.space, entry.path)
    const entries = await versions.entriesOfHeads(docId, heads)
    if (entries === undefined) throw unknownVersion()
    return (await versions.document(docId, entries)).content
  }
}

/** One number for the place of an entry, so that a watcher goes on in the middle of a commit. */
function feedPositionOf({ position, index }: LogPlace): number {
  return position * FORMAT_LIMITS.commitEntriesMax + index
}

function placeOf(feedPosition: number): LogPlace {
  const index = feedPosition % FORMAT_LIMITS.commitEntriesMax
  return { position: (feedPosition - index) / FORMAT_LIMITS.commitEntriesMax, index }
}

function isBehind(place: LogPlace, other: LogPlace): boolean {
  return place.position > other.position || (place.position === other.position && place.index > other.index)
}

function invalidPosition(): HcfsError {
  return new HcfsError('BAD_REQUEST', 'A position is a whole number from 0; go on from one that a change carried')
}

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item
  return undefined
}

/** False when the watcher gave up. */
async function isGrown(waiting: Promise<void>, signal: AbortSignal, arrived: AbortSignal): Promise<boolean> {
  try {
    await waiting
    return true
  } catch (error) {
    if (signal.aborted) return false
    if (arrived.aborted) return true
    throw error
  }
}
