import type { StatementSync } from 'node:sqlite'
import { Counters } from './counters.ts'
import type { IndexDatabase } from './index-database.ts'

export interface LabelChange {
  /** Grows by the order in which things happened. */
  readonly sequence: number
  readonly label: number
  /** `added`: the vector of the label can be read. `removed`: nothing has the label any more. */
  readonly kind: 'added' | 'removed'
}

/**
 * What became of labels, for vector indexes to follow. A label is `added` for a
 * model when both its chunk and the vector of its content are there, whichever
 * came last. `removed` is told to all models, also to one that never knew the label.
 */
export class LabelLog {
  readonly #counters: Counters
  readonly #append: StatementSync
  readonly #modelsOf: StatementSync
  readonly #labelsOf: StatementSync
  readonly #after: StatementSync
  readonly #forget: StatementSync

  constructor(database: IndexDatabase) {
    const { connection } = database
    this.#counters = new Counters(database)
    this.#append = connection.prepare('INSERT INTO labelChanges (sequence, label, model) VALUES (?, ?, ?)')
    this.#modelsOf = connection.prepare('SELECT model FROM vectors WHERE contentHash = ? ORDER BY model')
    this.#labelsOf = connection.prepare('SELECT label FROM chunks WHERE contentHash = ? ORDER BY label')
    this.#after = connection.prepare(
      `SELECT sequence, label, model FROM labelChanges
        WHERE sequence > ? AND (model IS NULL OR model = ?) ORDER BY sequence LIMIT ?`
    )
    this.#forget = connection.prepare('DELETE FROM labelChanges WHERE sequence <= ?')
  }

  chunkAdded(label: number, contentHash: Uint8Array): void {
    for (const { model } of this.#modelsOf.all(contentHash)) this.#write(label, String(model))
  }

  chunkRemoved(label: number): void {
    this.#write(label, null)
  }

  vectorsStored(model: string, contentHashes: readonly Uint8Array[]): void {
    let sequence = this.sequence
    for (const contentHash of contentHashes) {
      for (const { label } of this.#labelsOf.all(contentHash)) {
        sequence += 1
        this.#append.run(sequence, Number(label), model)
      }
    }
    this.#counters.set('change', sequence)
  }

  /** Undefined when changes after that one have been forgotten: the follower starts over. */
  changes(model: string, { after, limit }: { after: number; limit: number }): LabelChange[] | undefined {
    if (after < this.#counters.get('changesForgotten')) return undefined
    return this.#after.all(after, model, limit).map((row) => ({
      sequence: Number(row['sequence']),
      label: Number(row['label']),
      kind: row['model'] === null ? 'removed' : 'added'
    }))
  }

  /** Inside a transaction. */
  forget(upTo: number): void {
    this.#counters.set('changesForgotten', Math.max(upTo, this.#counters.get('changesForgotten')))
    this.#forget.run(upTo)
  }

  get sequence(): number {
    return this.#counters.get('change')
  }

  #write(label: number, model: string | null): void {
    this.#append.run(this.#counters.next('change'), label, model)
  }
}
