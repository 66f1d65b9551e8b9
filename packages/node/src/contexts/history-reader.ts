import type { Change, ContextContent, ContextPath, HistoryEntry, HistoryOptions, Version } from '@hcfs/core'
import { endOfMillisecond, HcfsError } from '@hcfs/core'
import type { LoggedEntry } from '../replica/commit-log.ts'
import type { HistoryRow } from '../replica/context-history.ts'
import type { ContextRow } from '../replica/context-row.ts'
import { versionOf } from '../replica/context-row.ts'
import type { Replica } from '../replica/replica.ts'
import type { VersionEntries } from '../replica/version-reader.ts'
import { unknownVersion } from '../replica/version-reader.ts'
import { isoTimeOf } from './iso-time.ts'
import { isHiddenIn } from './past-hiding.ts'
import { parseVersion } from './write-input.ts'

/** A context as it stood at a version or a time. */
export interface PastContext {
  readonly content: ContextContent
  readonly heads: ContextRow['heads']
  /** The newest entry of that version. */
  readonly newest: HistoryRow
  /** By the entries of that version, whatever came later. */
  readonly isHidden: boolean
}

/** Reads what a context was, and who changed it. */
export class HistoryReader {
  readonly #replica: Replica

  constructor({ replica }: { replica: Replica }) {
    this.#replica = replica
  }

  /** Newest first; goes on where the context lived before it was moved. */
  async *history(
    row: ContextRow,
    { limit = Number.POSITIVE_INFINITY, before, signal }: HistoryOptions = {}
  ): AsyncGenerator<HistoryEntry> {
    let left = limit
    let place: Origin | undefined = { path: row.path, before: before === undefined ? undefined : this.#placeOf(before) }
    while (place !== undefined && left > 0) {
      const docId = this.#replica.docIdOf(place.path)
      const from = { ...(place.before && { before: place.before }), ...(signal && { signal }) }
      let oldest: LoggedEntry | undefined
      // With the limit, a page of a long history reads no more of it than the page.
      for await (const each of this.#replica.history.rows(docId, { newestFirst: true, limit: left, ...from })) {
        left -= 1
        oldest = this.#replica.log.entry(each)
        yield this.#entryOf(each, oldest)
      }
      // A page may begin where the context lived before: then this path has nothing for it.
      const origin: Origin | undefined =
        oldest === undefined ? await this.#originOfPath(place.path) : this.#originOf(oldest)
      place = origin && { path: origin.path, before: earlierOf(origin.before, place.before) }
    }
  }

  /** Also of versions from before the context was moved to where it is. */
  async at(row: ContextRow, when: Version | Date, signal?: AbortSignal): Promise<PastContext> {
    let path: ContextPath | undefined = row.path
    while (path !== undefined) {
      const past = await this.#atPath(path, when, signal)
      if (past !== undefined) return past
      path = (await this.#originOfPath(path))?.path
    }
    throw when instanceof Date ? notWrittenYet(row.path, when) : unknownVersion()
  }

  async #atPath(path: ContextPath, when: Version | Date, signal?: AbortSignal): Promise<PastContext | undefined> {
    const { versions } = this.#replica
    const docId = this.#replica.docIdOf(path)
    const options = signal === undefined ? {} : { signal }
    const entries =
      when instanceof Date
        ? await versions.entriesUpTo(docId, endOfMillisecond(timeOf(when)), options)
        : await versions.entriesOfHeads(docId, parseVersion(when), options)
    const newest = entries && newestOf(entries)
    if (entries === undefined || newest === undefined) return undefined
    const document = await versions.document(docId, entries)
    const { content } = document
    const isHidden = isHiddenIn(this.#replica.log, { ...entries, path, content })
    return { content, heads: versions.headsOf(entries), newest, isHidden }
  }

  async #originOfPath(path: ContextPath): Promise<Origin | undefined> {
    const docId = this.#replica.docIdOf(path)
    for await (const oldest of this.#replica.history.rows(docId, { limit: 1 })) {
      return this.#originOf(this.#replica.log.entry(oldest))
    }
    return undefined
  }

  changeOf(row: HistoryRow, path: ContextPath): Change {
    const logged = this.#replica.log.entry(row)
    const { payloadBytes: _, ...entry } = this.#entryOf(row, logged)
    return { ...entry, path, position: row.position }
  }

  #entryOf(row: HistoryRow, { entry }: LoggedEntry): HistoryEntry {
    const { header } = this.#replica.log.header(row.position)
    const note = entry.note ?? header.note
    return {
      commit: row.commit,
      version: versionOf([row.commit]),
      kind: row.kind,
      path: entry.path,
      author: header.author,
      time: isoTimeOf(header.hlc),
      payloadBytes: entry.payloadBytes,
      ...(entry.by && { by: entry.by }),
      ...(note !== undefined && { note })
    }
  }

  #placeOf(version: Version): { position: number; index: number } {
    const [head] = parseVersion(version)
    const position = head === undefined ? undefined : this.#replica.log.positionOf(head)
    if (position === undefined) throw unknownVersion()
    return { position, index: 0 }
  }

  /** Where the context lived before, when its first entry is the second half of a move. */
  #originOf({ position, entry }: LoggedEntry): Origin | undefined {
    if (entry.about === undefined || entry.kind !== 'update') return undefined
    const { entryCount } = this.#replica.log.header(position).header
    for (let index = 0; index < entryCount; index += 1) {
      const other = this.#replica.log.entry({ position, index }).entry
      const isOrigin = other.kind === 'delete' && this.#replica.docIdOf(other.path) === entry.about
      if (isOrigin) return { path: other.path, before: { position, index } }
    }
    return undefined
  }
}

interface Origin {
  readonly path: ContextPath
  readonly before: { position: number; index: number } | undefined
}

function notWrittenYet(path: ContextPath, when: Date): HcfsError {
  const time = when.toISOString()
  return new HcfsError(
    'VERSION_UNKNOWN',
    `There was no context at ${path} yet at ${time}; hcfs log ${path} shows since when`,
    {
      details: { path, time }
    }
  )
}

function earlierOf(left: Origin['before'], right: Origin['before']): Origin['before'] {
  if (left === undefined || right === undefined) return left ?? right
  return right.position < left.position ? right : left
}

function newestOf({ prefixEnd, extra }: VersionEntries): HistoryRow | undefined {
  return [...extra, ...(prefixEnd === undefined ? [] : [prefixEnd])].reduce<HistoryRow | undefined>(
    (newest, row) => (newest === undefined || row.hlc > newest.hlc ? row : newest),
    undefined
  )
}

function timeOf(when: Date): number {
  const time = when.getTime()
  if (!Number.isNaN(time)) return time
  throw new HcfsError('BAD_REQUEST', 'That is not a time; write it like 2026-01-31T12:00:00Z')
}
