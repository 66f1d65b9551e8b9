import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bytes, collect, fill, numbered } from '../../../../test/conformance/ordered-store/store-place.ts'
import { temporaryDirectory } from '../../../../test/conformance/ordered-store/temporary-directory.ts'
import { CheckedStore } from '../../src/storage/checked-store.ts'
import { LevelStore } from '../../src/storage/level-store.ts'

const VALUE = 'x'.repeat(1_000)

/** A store with 100 rows that nobody has open: in a table when it was closed, in the log when its process was killed. */
async function writtenStore(kind: 'log' | 'table'): Promise<string> {
  const location = join(await temporaryDirectory(), 'store')
  const store = new CheckedStore(await LevelStore.open(location))
  for (const key of Object.keys(numbered(100))) await store.batch([{ type: 'put', key, value: VALUE }], { sync: true })
  // What a killed process leaves is what its files hold at that moment.
  if (kind === 'log') cpSync(location, `${location}-killed`, { recursive: true })
  await store.close()
  return kind === 'log' ? `${location}-killed` : location
}

function fileOf(location: string, pattern: RegExp): string {
  const name = readdirSync(location).find((candidate) => pattern.test(candidate))
  if (name === undefined) throw new Error(`No file like ${pattern} in ${location}`)
  return join(location, name)
}

function flipByte(file: string, place: number): void {
  const content = readFileSync(file)
  const at = Math.floor(content.byteLength * place)
  content[at] = content[at]! ^ 0x10
  writeFileSync(file, content)
}

describe('opening', () => {
  test('a store that is open is not opened twice', async () => {
    const location = join(await temporaryDirectory(), 'store')
    await using _holder = await LevelStore.open(location)
    await expect(LevelStore.open(location)).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE' })
  })

  test('data files without CURRENT are not taken for an empty store', async () => {
    const location = await writtenStore('table')
    rmSync(join(location, 'CURRENT'))
    await expect(LevelStore.open(location)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
  })

  test('a table that is missing is damage', async () => {
    const location = await writtenStore('table')
    rmSync(fileOf(location, /\.ldb$/))
    await expect(LevelStore.open(location)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
  })

  test('a file in the place of the directory is refused', async () => {
    const location = join(await temporaryDirectory(), 'store')
    writeFileSync(location, '')
    await expect(LevelStore.open(location)).rejects.toMatchObject({ name: 'HcfsError' })
  })
})

describe('closing', () => {
  test('leaves no log that the next opening would have to read', async () => {
    const location = await writtenStore('table')
    expect(statSync(fileOf(location, /\.log$/)).size).toBe(0)
    expect(statSync(fileOf(await writtenStore('log'), /\.log$/)).size).toBeGreaterThan(100_000)
  })
})

describe('damage on the disk', () => {
  test('is none when a process was just killed', async () => {
    await using store = await LevelStore.open(await writtenStore('log'))
    expect(store.droppedBytes).toBe(0)
    expect(await collect(store.scanKeys())).toHaveLength(100)
  })

  test('a record cut off at the end of the log was never acknowledged, and is not damage', async () => {
    const location = await writtenStore('log')
    const log = fileOf(location, /\.log$/)
    writeFileSync(log, readFileSync(log).subarray(0, -500))
    await using store = await LevelStore.open(location)
    expect(store.droppedBytes).toBe(0)
    expect(await collect(store.scanKeys())).toHaveLength(99)
  })

  test('a flipped bit in the log is noticed when the store is opened', async () => {
    const location = await writtenStore('log')
    flipByte(fileOf(location, /\.log$/), 0.5)
    await using store = await LevelStore.open(location)
    expect(store.droppedBytes).toBeGreaterThan(0)
    expect((await collect(store.scanKeys())).length).toBeLessThan(100)
  })

  test('a flipped bit in a table never changes what is served', async () => {
    for (const place of [0.01, 0.1, 0.3, 0.5, 0.7]) {
      const location = await writtenStore('table')
      flipByte(fileOf(location, /\.ldb$/), place)
      await using store = new CheckedStore(await LevelStore.open(location))
      for (const key of Object.keys(numbered(100))) {
        try {
          expect([VALUE, undefined]).toContain(store.getTextSync(key))
        } catch (error) {
          expect(error).toMatchObject({ code: 'STORAGE_CORRUPT' })
        }
      }
    }
  })
})

describe('syncing', () => {
  test('a synced batch after many buffered ones leaves all of them on the disk', async () => {
    const location = join(await temporaryDirectory(), 'store')
    // Small enough that the buffered batches fill several logs.
    await using store = await LevelStore.open(location, { writeBufferBytes: 1_048_576 })
    for (let round = 0; round < 50; round += 1) await fill(store, { [`${round}`]: VALUE.repeat(100) })
    await store.batch([{ type: 'put', key: 'last', value: '' }], { sync: true })
    await store.sync()
    expect(await collect(store.scanKeys())).toHaveLength(51)
    expect(store.getSync('49')).toEqual(bytes(VALUE.repeat(100)))
  })
})
