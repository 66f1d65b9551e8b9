import type {
  By,
  CommitId,
  ContextContent,
  ContextPath,
  DeviceId,
  DocId,
  HybridTime,
  JsonObject,
  Link,
  Version
} from '@hcfs/core'
import type { SinceCheckpoint } from './checkpoint-due.ts'
import { expiresHash } from './expiry.ts'

/** Why a context that has entries is not shown. */
export type HiddenReason = 'removed' | 'expired' | 'moved'

/**
 * What this node keeps of a context beside its log, so that reading it needs
 * neither the log nor Yjs. Derived: `verify` writes it anew from the commits.
 */
export interface ContextRow {
  readonly path: ContextPath
  /** In which it was written. Absent: the outermost. */
  readonly space?: ContextPath
  readonly docId: DocId
  /** Of the merged document; kept while the context is hidden, for `undelete`. */
  readonly content: ContextContent
  /** Sorted. The entries that no other entry of this context follows. */
  readonly heads: readonly CommitId[]
  /** Delete and expire entries that nothing later takes back. Empty: the context is shown. */
  readonly hiddenBy: readonly HidingEntry[]
  /** Of the newest applied entry. */
  readonly hlc: HybridTime
  readonly author: DeviceId
  readonly by?: By
  readonly sinceCheckpoint: SinceCheckpoint
  readonly entryCount: number
  readonly historyBytes: number
}

export interface HidingEntry {
  readonly commit: CommitId
  readonly reason: HiddenReason
  /** Of an expire entry: the hash of the `expires` value that it acts on. It counts only while that value wins. */
  readonly about?: string
}

export function versionOf(heads: readonly CommitId[]): Version {
  return heads.join('.')
}

export function isShown({ hiddenBy, content }: ContextRow): boolean {
  return !hiddenBy.some(({ reason, about }) => reason !== 'expired' || about === expiresHash(content))
}

/** All of a row but its body. */
interface StoredRow {
  path: ContextPath
  space?: ContextPath
  doc: DocId
  fields: JsonObject
  tags: readonly string[]
  links: readonly Link[]
  meta: JsonObject
  heads: readonly CommitId[]
  hidden?: readonly HidingEntry[]
  hlc: HybridTime
  author: DeviceId
  by?: By
  since: readonly [entries: number, bytes: number, stateBytes: number]
  entries: number
  bytes: number
}

/** JSON writes a line feed as two other characters, so the first one ends it. */
const END_OF_JSON = '\n'

/**
 * One line of JSON, and behind it the body as it is: most of a row, which is neither escaped nor parsed.
 * Text, because a row of text is read by LevelDB's binding at the price of a raw read.
 */
export function encodeRow(row: ContextRow): string {
  const { content, sinceCheckpoint: since } = row
  const hidden = row.hiddenBy.length === 0 ? '' : `,"hidden":${JSON.stringify(row.hiddenBy)}`
  const space = row.space === undefined ? '' : `,"space":${JSON.stringify(row.space)}`
  const by = row.by === undefined ? '' : `,"by":${JSON.stringify(row.by)}`
  // Member by member: JSON.stringify takes twice as long for the whole. Ids and numbers need no escaping.
  return (
    `{"path":${JSON.stringify(row.path)},"doc":"${row.docId}",` +
    `"fields":${JSON.stringify(content.fields)},"tags":${JSON.stringify(content.tags)},` +
    `"links":${JSON.stringify(content.links)},"meta":${JSON.stringify(content.meta)},` +
    `"heads":${JSON.stringify(row.heads)},"hlc":${row.hlc},"author":"${row.author}",` +
    `"since":[${since.entries},${since.bytes},${since.stateBytes}],` +
    `"entries":${row.entryCount},"bytes":${row.historyBytes}${hidden}${by}${space}}${END_OF_JSON}${content.body}`
  )
}

/** The text was checked against its CRC, and only `encodeRow` writes it. */
export function decodeRow(text: string): ContextRow {
  const end = text.indexOf(END_OF_JSON)
  const stored: StoredRow = JSON.parse(text.slice(0, end))
  const body = text.slice(end + END_OF_JSON.length)
  return {
    path: stored.path,
    docId: stored.doc,
    content: frozenContent(body, stored),
    heads: stored.heads,
    hiddenBy: stored.hidden ?? [],
    hlc: stored.hlc,
    author: stored.author,
    sinceCheckpoint: { entries: stored.since[0], bytes: stored.since[1], stateBytes: stored.since[2] },
    entryCount: stored.entries,
    historyBytes: stored.bytes,
    ...(stored.by === undefined ? {} : { by: stored.by }),
    ...(stored.space === undefined ? {} : { space: stored.space })
  }
}

function frozenContent(body: string, { fields, tags, links, meta }: StoredRow): ContextContent {
  return freezeDeep({ body, fields, tags, links, meta })
}

/**
 * Rows are shared with readers, who must not change what the next reader sees.
 * Loops, because `Object.values` makes this the larger half of decoding a row.
 */
function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) for (const inner of value) freezeDeep(inner)
  else for (const key in value) freezeDeep(value[key])
  return Object.freeze(value)
}
