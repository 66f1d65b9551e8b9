import type { StatementSync } from 'node:sqlite'
import type { IndexDatabase } from './index-database.ts'

export type CounterName = 'position' | 'label' | 'change' | 'changesForgotten' | 'revision'

/** Numbers of the index that outlive everything else in it: no number is given twice. */
export class Counters {
  readonly #read: StatementSync
  readonly #write: StatementSync

  constructor({ connection }: IndexDatabase) {
    this.#read = connection.prepare('SELECT value FROM counters WHERE name = ?')
    this.#write = connection.prepare('UPDATE counters SET value = ? WHERE name = ?')
  }

  get(name: CounterName): number {
    return Number(this.#read.get(name)?.['value'])
  }

  /** Inside a transaction. */
  set(name: CounterName, value: number): void {
    this.#write.run(value, name)
  }

  /** Inside a transaction. */
  next(name: CounterName): number {
    const value = this.get(name) + 1
    this.set(name, value)
    return value
  }
}
