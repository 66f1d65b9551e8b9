import { ManualClock, SeededRandom } from '@hcfs/core'
import { expect, test } from 'vitest'
import { ApiKeys } from '../../src/membership/api-keys.ts'
import { keys } from '../../src/storage/keys.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'

function place() {
  const components = { store: new MemoryStore(), clock: new ManualClock(), random: new SeededRandom(1) }
  return { ...components, opened: () => new ApiKeys(components) }
}

test('of a key its hash is stored, and it works after a restart', async () => {
  const { store, opened } = place()
  const { key, id } = await opened().create({ role: 'write', under: '/a', name: 'planner' })
  expect(store.getTextSync(keys.meta('api-keys'))).not.toContain(key.slice(-64))
  expect(opened().authenticate(key)).toMatchObject({ id, role: 'write', under: '/a', name: 'planner' })
})

test('a key that was changed by one character, or has the id of another, is none', async () => {
  const apiKeys = place().opened()
  const [one, two] = [await apiKeys.create({ role: 'read' }), await apiKeys.create({ role: 'admin' })]
  const last = one.key.endsWith('0') ? '1' : '0'
  expect(apiKeys.authenticate(one.key.slice(0, -1) + last)).toBeUndefined()
  expect(apiKeys.authenticate(one.key.replace(one.id, two.id))).toBeUndefined()
  expect(apiKeys.authenticate('')).toBeUndefined()
})

test('changes at the same time are all kept', async () => {
  const { opened } = place()
  const apiKeys = opened()
  const made = await Promise.all(Array.from({ length: 20 }, () => apiKeys.create({ role: 'read' })))
  await Promise.all(made.slice(0, 5).map(({ id }) => apiKeys.revoke(id)))
  expect((await opened().list()).map(({ id }) => id)).toEqual(made.slice(5).map(({ id }) => id))
})

test('a record that cannot be read lets nobody in', async () => {
  const { store, opened } = place()
  await store.batch([{ type: 'put', key: keys.meta('api-keys'), value: '{"format":1' }])
  expect(() => opened()).toThrow(expect.objectContaining({ code: 'DIRECTORY_DAMAGED' }))
})

test.each([
  { role: 'owner' as 'admin' },
  { role: 'read', expiresInMs: -1 } as const,
  { role: 'read', expiresInMs: Number.MAX_SAFE_INTEGER } as const,
  { role: 'read', name: ' ' } as const
])('a key that cannot be is refused: %o', async (request) => {
  await expect(place().opened().create(request)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('a key that is not there can be neither renewed nor revoked', async () => {
  const apiKeys = place().opened()
  await expect(apiKeys.rotate('x')).rejects.toMatchObject({ code: 'KEY_UNKNOWN' })
  await expect(apiKeys.revoke('x')).rejects.toMatchObject({ code: 'KEY_UNKNOWN' })
})
