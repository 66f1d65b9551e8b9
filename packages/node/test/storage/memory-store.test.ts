import { expect, test } from 'vitest'
import { MemoryStore } from '../../src/storage/memory-store.ts'

test('what was not waited for is not there yet, as on a disk', async () => {
  const store = new MemoryStore()
  const written = store.batch([{ type: 'put', key: 'a', value: '1' }])
  expect(store.getTextSync('a')).toBeUndefined()
  await written
  expect(store.getTextSync('a')).toBe('1')
})

test('two stores share nothing unless they are given the same medium', async () => {
  const store = new MemoryStore()
  await store.batch([{ type: 'put', key: 'a', value: '1' }])
  expect(new MemoryStore().getSync('a')).toBeUndefined()
})
