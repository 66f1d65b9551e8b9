import { existsSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { HcfsError } from '@hcfs/core'
import { ANALYZER } from './analyze-text.ts'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts'

export interface IndexDatabaseOptions {
  /** A file, or `:memory:`. */
  readonly location: string
  /** For queries beside a writer. The file has to exist. @default false */
  readonly readOnly?: boolean
  /** How long to wait for another connection. @default 5_000 */
  readonly busyTimeoutMs?: number
  /** What SQLite keeps of the file in memory, for each connection. @default 67_108_864 */
  readonly cacheBytes?: number
}

const BUSY_TIMEOUT_MS = 5_000
const CACHE_BYTES = 64 * 1_024 * 1_024
/** A log that grew beyond this is cut back after the next checkpoint. */
const WAL_BYTES_MAX = 64 * 1_024 * 1_024
/** Pages of 4 KiB after which the log is copied into the file. A vector takes half a page, and SQLite's 1,000 are soon full. */
const WAL_CHECKPOINT_PAGES = 8_000

/** Results of SQLite that say that the file itself is bad: SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGE_RESULTS: readonly number[] = [11, 26]

/** Queries that find something only in a file that is damaged. */
const INVARIANTS = [
  ['a chunk belongs to no context', 'SELECT 1 FROM chunks WHERE context NOT IN (SELECT id FROM contexts)'],
  ['a chunk has no text', 'SELECT 1 FROM chunks WHERE label NOT IN (SELECT label FROM chunkTexts)'],
  ['a chunk is not in the text index', 'SELECT 1 FROM chunks WHERE label NOT IN (SELECT rowid FROM words)'],
  ['the text index has a chunk too many', 'SELECT 1 FROM words WHERE rowid NOT IN (SELECT label FROM chunks)'],
  [
    'a context has lost chunks',
    'SELECT 1 FROM contexts AS c WHERE chunkCount <> (SELECT COUNT(*) FROM chunks WHERE context = c.id)'
  ]
] as const

/**
 * A connection to the file that text search, filters and the cache of embeddings
 * live in. Everything in it follows from the contexts, so a file that is damaged,
 * or of another version, is not repaired: opening fails with `INDEX_DAMAGED`, the
 * caller deletes it with `IndexDatabase.remove` and the log fills a new one.
 *
 * 1. One connection writes; any number of read-only ones read beside it.
 * 2. A crash of the process or the machine loses whole transactions from the end,
 *    never a part of one: `synchronous` is NORMAL, and the position is in the
 *    transaction.
 */
export class IndexDatabase {
  readonly connection: DatabaseSync

  private constructor(connection: DatabaseSync) {
    this.connection = connection
  }

  static open(options: IndexDatabaseOptions): IndexDatabase {
    const { location, readOnly = false } = options
    if (readOnly && !existsSync(location)) throw damaged('it is not there')
    return reportingDamage(() => {
      const connection = new DatabaseSync(location, { readOnly, timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS })
      try {
        connection.exec(`PRAGMA cache_size = -${Math.ceil((options.cacheBytes ?? CACHE_BYTES) / 1_024)}`)
        if (!readOnly) prepare(connection)
        assertOurs(connection)
        return new IndexDatabase(connection)
      } catch (error) {
        connection.close()
        throw error
      }
    })
  }

  /** Deletes the file and what SQLite keeps beside it. No connection may be open. */
  static remove(location: string): void {
    for (const ending of ['', '-wal', '-shm']) rmSync(`${location}${ending}`, { force: true })
  }

  /** Runs everything or nothing of `work`. */
  transaction<Result>(work: () => Result): Result {
    return reportingDamage(() => {
      this.connection.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        this.connection.exec('COMMIT')
        return result
      } catch (error) {
        if (this.connection.isTransaction) this.connection.exec('ROLLBACK')
        throw error
      }
    })
  }

  /** Runs reads that have to see one and the same state. */
  snapshot<Result>(work: () => Result): Result {
    if (this.connection.isTransaction) return work()
    return reportingDamage(() => {
      this.connection.exec('BEGIN')
      try {
        return work()
      } finally {
        if (this.connection.isTransaction) this.connection.exec('COMMIT')
      }
    })
  }

  /** Reads the whole file and compares its parts; fails with `INDEX_DAMAGED`. Slow. */
  checkIntegrity(): void {
    reportingDamage(() => {
      const rows = this.connection.prepare('PRAGMA integrity_check(1)').all()
      if (rows[0]?.['integrity_check'] !== 'ok') throw damaged('its pages do not fit together')
      for (const [what, query] of INVARIANTS) {
        if (this.connection.prepare(`${query} LIMIT 1`).get() !== undefined) throw damaged(what)
      }
    })
  }

  close(): void {
    if (this.connection.isOpen) this.connection.close()
  }
}

function prepare(connection: DatabaseSync): void {
  connection.exec('PRAGMA journal_mode = WAL')
  connection.exec('PRAGMA synchronous = NORMAL')
  connection.exec(`PRAGMA journal_size_limit = ${WAL_BYTES_MAX}`)
  connection.exec(`PRAGMA wal_autocheckpoint = ${WAL_CHECKPOINT_PAGES}`)
  const isNew = connection.prepare('SELECT COUNT(*) AS count FROM sqlite_schema').get()?.['count'] === 0
  if (!isNew) return
  connection.exec(`BEGIN; ${SCHEMA}`)
  connection.prepare('INSERT INTO origin VALUES (?)').run(ANALYZER)
  connection.exec('COMMIT')
}

function assertOurs(connection: DatabaseSync): void {
  const application = connection.prepare('PRAGMA application_id').get()?.['application_id']
  const version = connection.prepare('PRAGMA user_version').get()?.['user_version']
  if (application !== APPLICATION_ID) throw damaged('it is not an index')
  if (version !== SCHEMA_VERSION) throw damaged(`it has version ${version}, and this program has ${SCHEMA_VERSION}`)
  const analyzer = connection.prepare('SELECT analyzer FROM origin').get()?.['analyzer']
  if (analyzer !== ANALYZER) throw damaged(`its words were cut by ${analyzer}, and this program has ${ANALYZER}`)
}

/** Runs what reads or writes the file; what SQLite says of a bad file becomes `INDEX_DAMAGED`. */
function reportingDamage<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (isDamage(error)) throw damaged(error.message, error)
    throw error
  }
}

function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  // The low byte of an extended result is the plain one.
  return DAMAGE_RESULTS.includes(error.errcode & 0xff)
}

function damaged(why: string, cause?: unknown): HcfsError {
  return new HcfsError('INDEX_DAMAGED', `The search index cannot be used: ${why}. It is built anew from the contexts`, {
    cause
  })
}
