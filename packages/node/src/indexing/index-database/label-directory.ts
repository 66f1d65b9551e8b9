import type { StatementSync } from 'node:sqlite'
import type { DocId } from '@hcfs/core'
import { docId } from '@hcfs/core'
import { Counters } from './counters.ts'
import type { IndexDatabase } from './index-database.ts'

export interface LabelDirectoryOptions {
  /** Labels kept in memory, at about 120 bytes each; beyond it all are forgotten. @default 250_000 */
  readonly labelsKeptMax?: number
}

const LABELS_KEPT_MAX = 250_000

/**
 * Which context each chunk belongs to. A search asks it of a hundred labels, so what was read once stays in memory.
 *
 * 1. A label belongs to one context for as long as it is there and is never given again, so only removals have to be
 *    looked for, and the log of labels has them.
 * 2. Where that log no longer reaches back to the last look, everything is read anew.
 */
export class LabelDirectory {
  readonly #counters: Counters
  readonly #read: StatementSync
  readonly #removed: StatementSync
  readonly #labelsKeptMax: number
  readonly #docIds = new Map<number, DocId>()
  /** Removals up to this change are not in the map. */
  #upTo = 0

  constructor(database: IndexDatabase, { labelsKeptMax = LABELS_KEPT_MAX }: LabelDirectoryOptions = {}) {
    this.#labelsKeptMax = labelsKeptMax
    this.#counters = new Counters(database)
    this.#read = database.connection.prepare(
      `SELECT k.label, c.docId FROM json_each(?) AS asked
        CROSS JOIN chunks AS k ON k.label = asked.value CROSS JOIN contexts AS c ON c.id = k.context`
    )
    this.#removed = database.connection.prepare(
      'SELECT label FROM labelChanges WHERE sequence > ? AND model IS NULL ORDER BY sequence'
    )
  }

  /** Without labels that are gone. Belongs into the snapshot that the labels come from. */
  contextsOf(labels: Iterable<number>): Map<number, DocId> {
    this.#forgetRemoved()
    const found = new Map<number, DocId>()
    const unknown: number[] = []
    for (const label of labels) {
      const known = this.#docIds.get(label)
      if (known === undefined) unknown.push(label)
      else found.set(label, known)
    }
    if (unknown.length > 0) this.#readInto(found, unknown)
    return found
  }

  #readInto(found: Map<number, DocId>, labels: readonly number[]): void {
    if (this.#docIds.size + labels.length > this.#labelsKeptMax) this.#docIds.clear()
    for (const row of this.#read.iterate(JSON.stringify(labels))) {
      const label = Number(row['label'])
      const context = docId(String(row['docId']))
      found.set(label, context)
      this.#docIds.set(label, context)
    }
  }

  #forgetRemoved(): void {
    const newest = this.#counters.get('change')
    if (newest === this.#upTo) return
    if (this.#docIds.size > 0) {
      if (this.#counters.get('changesForgotten') > this.#upTo) this.#docIds.clear()
      else for (const { label } of this.#removed.iterate(this.#upTo)) this.#docIds.delete(Number(label))
    }
    this.#upTo = newest
  }
}
