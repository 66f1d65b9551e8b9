import type { CommitId, DocId, HybridTime } from '@hcfs/core'
import type { CommitEntry, CommitHeader } from '@hcfs/crdt'
import { clientIdOf } from '@hcfs/crdt'
import type { CommitLog, LogPlace } from './commit-log.ts'
import type { ContextHistory, IndexedEntry } from './context-history.ts'

export interface ClockClaimsComponents {
  log: CommitLog
  history: ContextHistory
}

/** An entry, as far as it says which Yjs clocks of its document it writes. */
export interface ClaimingEntry {
  readonly id: CommitId
  readonly header: Pick<CommitHeader, 'author' | 'incarnation' | 'hlc'>
  readonly entry: Pick<CommitEntry, 'clients'>
}

export interface Rival extends LogPlace {
  readonly id: CommitId
  /** Whether it goes before the other. */
  readonly isFirst: boolean
}

interface Claim {
  readonly client: number
  readonly from: number
  readonly to: number
}

/**
 * Who else writes the Yjs clocks that an entry writes. Two ids of 53 bits can be made to
 * collide; then the entry that is dated first has the clocks, by its commit's id if both
 * are dated alike, whichever came first. The other is held.
 */
export class ClockClaims {
  readonly #components: ClockClaimsComponents

  constructor(components: ClockClaimsComponents) {
    this.#components = components
  }

  /** The entries that apply and claim a clock that this one claims. Reads the whole history: ask when there is reason to. */
  async rivals(
    docId: DocId,
    claiming: ClaimingEntry,
    applies: (row: IndexedEntry) => boolean = ({ voided }) => voided === undefined
  ): Promise<Rival[]> {
    const { history, log } = this.#components
    const claims = claimsOf(docId, claiming)
    const rivals: Rival[] = []
    if (claims.length === 0) return rivals
    for await (const row of history.allRows(docId)) {
      if (row.commit === claiming.id || !applies(row)) continue
      const { header } = log.header(row.position)
      const other = claimsOf(docId, { id: row.commit, header, entry: log.entry(row).entry })
      if (!other.some((theirs) => claims.some((ours) => isOverlapping(ours, theirs)))) continue
      const { position, index } = row
      rivals.push({ position, index, id: row.commit, isFirst: isBefore({ ...header, id: row.commit }, claiming) })
    }
    return rivals
  }
}

/** A first body is the same structs, whoever brought it, so nobody takes it from anybody. */
function claimsOf(docId: DocId, { header: { author, incarnation }, entry }: ClaimingEntry): Claim[] {
  return entry.clients.flatMap(({ session, clock, len }) =>
    session === 'text'
      ? []
      : [{ client: clientIdOf({ author, incarnation, docId, session }), from: clock, to: clock + len }]
  )
}

function isOverlapping(one: Claim, other: Claim): boolean {
  return one.client === other.client && one.from < other.to && other.from < one.to
}

function isBefore(one: { readonly id: CommitId; readonly hlc: HybridTime }, { id, header }: ClaimingEntry): boolean {
  return one.hlc < header.hlc || (one.hlc === header.hlc && one.id < id)
}
