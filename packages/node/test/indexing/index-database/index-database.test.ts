import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { IndexDatabase } from '../../../src/indexing/index-database/index-database.ts'
import { temporaryDirectory } from '../../temporary-directory.ts'
import { context, TestIndex } from './index-fixtures.ts'

const temporaryFile = async (): Promise<string> => join(await temporaryDirectory(), 'index.db')
const DAMAGED = expect.objectContaining({ code: 'INDEX_DAMAGED' })

describe('the index database', () => {
  it('holds after it was opened again what it held before', async () => {
    const location = await temporaryFile()
    const first = new TestIndex({ location })
    first.put(context('/a', 'kept'))
    first.database.close()
    const second = new TestIndex({ location })

    expect(second.find('kept')).toEqual(['/a'])
    expect(second.reader.position).toBe(1)
    second.database.checkIntegrity()
  })

  it('lets others read beside the writer, and not write', async () => {
    const location = await temporaryFile()
    const writer = new TestIndex({ location })
    const reader = new TestIndex({ location, readOnly: true })
    writer.put(context('/a', 'seen'))

    expect(reader.find('seen')).toEqual(['/a'])
    expect(() => reader.put(context('/b', 'x'))).toThrow()
  })

  it('refuses a file that is none of ours, of another version, or missing for a reader', async () => {
    const location = await temporaryFile()
    expect(() => IndexDatabase.open({ location, readOnly: true })).toThrow(DAMAGED)
    writeFileSync(location, 'not a database at all, but long enough to look at'.repeat(99))
    expect(() => IndexDatabase.open({ location })).toThrow(DAMAGED)

    IndexDatabase.remove(location)
    IndexDatabase.open({ location }).close()
    const raw = new DatabaseSync(location)
    raw.exec('PRAGMA user_version = 99')
    raw.close()
    expect(() => IndexDatabase.open({ location })).toThrow(DAMAGED)
  })

  it('refuses words that were cut by another analyzer', async () => {
    const location = await temporaryFile()
    const index = new TestIndex({ location })
    index.database.connection.exec("UPDATE origin SET analyzer = '1/icu-1.0'")
    index.database.close()

    expect(() => IndexDatabase.open({ location })).toThrow(DAMAGED)
  })

  it('refuses a database of another program', async () => {
    const location = await temporaryFile()
    const raw = new DatabaseSync(location)
    raw.exec('CREATE TABLE theirs (x)')
    raw.close()

    expect(() => IndexDatabase.open({ location })).toThrow(DAMAGED)
  })
})

describe('the check of the index database', () => {
  it('finds pages that were overwritten', async () => {
    const location = await temporaryFile()
    const index = new TestIndex({ location })
    index.put(...Array.from({ length: 200 }, (_, n) => context(`/${n}`, `text ${n}`)))
    index.database.close()
    const bytes = readFileSync(location)
    writeFileSync(location, bytes.fill(0xa5, bytes.length / 2, bytes.length / 2 + 8_192))
    const opened = new TestIndex({ location })

    expect(() => opened.database.checkIntegrity()).toThrow(DAMAGED)
  })

  it.each([
    'DELETE FROM chunkTexts',
    "INSERT INTO words (words) VALUES ('delete-all')",
    'DELETE FROM chunks',
    'DELETE FROM contexts'
  ])('finds tables that do not fit each other: %s', (sql) => {
    const index = new TestIndex()
    index.put(context('/a', 'text'))
    index.database.connection.exec(sql)

    expect(() => index.database.checkIntegrity()).toThrow(DAMAGED)
  })

  it('removes the file and what lies beside it', async () => {
    const location = await temporaryFile()
    new TestIndex({ location }).put(context('/a', 'x'))
    expect(existsSync(`${location}-wal`)).toBe(true)
    IndexDatabase.remove(location)

    expect(['', '-wal', '-shm'].filter((ending) => existsSync(location + ending))).toEqual([])
  })
})
