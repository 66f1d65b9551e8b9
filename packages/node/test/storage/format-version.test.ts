import { silentLogger } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { Migration } from '../../src/storage/format-version.ts'
import { bringToFormat } from '../../src/storage/format-version.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'

const log = silentLogger

/** Migrations from 1 to `to` that write down that they ran. */
function recordingMigrations(to: number, ran: number[]): Migration[] {
  return Array.from({ length: to - 1 }, (_, index) => ({
    from: index + 1,
    migrate: async (store) => {
      ran.push(index + 1)
      await store.batch([{ type: 'put', key: `migrated from ${index + 1}`, value: '' }])
    }
  }))
}

test('an empty store gets the version of this program', async () => {
  const store = new MemoryStore()
  expect(await bringToFormat({ store, log })).toEqual({ kind: 'created' })
  expect(await bringToFormat({ store, log })).toEqual({ kind: 'current' })
})

test('each migration between the two versions runs once, in order', async () => {
  const store = new MemoryStore()
  await bringToFormat({ store, log }, { formatVersion: 2 })
  const ran: number[] = []
  const options = { formatVersion: 5, migrations: recordingMigrations(5, ran).reverse() }
  expect(await bringToFormat({ store, log }, options)).toEqual({ kind: 'migrated', from: 2 })
  expect(ran).toEqual([2, 3, 4])
  expect(await bringToFormat({ store, log }, options)).toEqual({ kind: 'current' })
  expect(ran).toEqual([2, 3, 4])
})

test('a migration that was cut short runs again, and those before it do not', async () => {
  const store = new MemoryStore()
  await bringToFormat({ store, log }, { formatVersion: 1 })
  const ran: number[] = []
  const [first, second] = recordingMigrations(3, ran)
  const broken = { from: 2, migrate: () => Promise.reject(new Error('the machine stopped')) }
  await expect(bringToFormat({ store, log }, { formatVersion: 3, migrations: [first!, broken] })).rejects.toThrow()
  await bringToFormat({ store, log }, { formatVersion: 3, migrations: [first!, second!] })
  expect(ran).toEqual([1, 2])
})

test('a newer format is refused, and nothing is written', async () => {
  const store = new MemoryStore()
  await bringToFormat({ store, log }, { formatVersion: 7 })
  await expect(bringToFormat({ store, log }, { formatVersion: 6 })).rejects.toMatchObject({ code: 'FORMAT_TOO_NEW' })
  expect(await bringToFormat({ store, log }, { formatVersion: 7 })).toEqual({ kind: 'current' })
})

test('a store that has contents and no format, or nonsense for one, is damaged', async () => {
  const without = new MemoryStore()
  await without.batch([{ type: 'put', key: 'x', value: '' }])
  await expect(bringToFormat({ store: without, log })).rejects.toMatchObject({ code: 'DIRECTORY_DAMAGED' })
  for (const nonsense of ['', '0', '1.5', 'one']) {
    const store = new MemoryStore()
    await store.batch([{ type: 'put', key: 'm:format', value: nonsense }])
    await expect(bringToFormat({ store, log })).rejects.toMatchObject({ code: 'DIRECTORY_DAMAGED' })
  }
})

test('a missing migration is a mistake of the program', async () => {
  const store = new MemoryStore()
  await bringToFormat({ store, log }, { formatVersion: 1 })
  await expect(bringToFormat({ store, log }, { formatVersion: 2, migrations: [] })).rejects.toThrow(TypeError)
})
