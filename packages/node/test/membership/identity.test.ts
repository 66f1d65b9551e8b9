import { ManualClock, SeededRandom } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { DirectoryPast, IdentityComponents, KeyName } from '../../src/membership/identity.ts'
import { MemoryKeyring, openIdentity, renewIncarnation } from '../../src/membership/identity.ts'
import { CheckedStore } from '../../src/storage/checked-store.ts'
import type { MetaName } from '../../src/storage/keys.ts'
import { keys } from '../../src/storage/keys.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'

const PROVEN: DirectoryPast = { isLastWriteProven: true, settleProof: [] }
const UNPROVEN: DirectoryPast = {
  isLastWriteProven: false,
  settleProof: [{ type: 'del', key: keys.meta('unproven') }]
}

interface Place extends IdentityComponents {
  /** Below the checksums. */
  readonly raw: MemoryStore
}

function place(): Place {
  const raw = new MemoryStore()
  const random = new SeededRandom(1)
  return { raw, store: new CheckedStore(raw), clock: new ManualClock(), random, keyring: new MemoryKeyring(random) }
}

async function damage({ raw }: Place, name: MetaName): Promise<void> {
  const key = keys.meta(name)
  const value = Uint8Array.from(raw.getSync(key) ?? [])
  value[value.length - 1]! ^= 1
  await raw.batch([{ type: 'put', key, value }])
}

test('a new store founds a network, and is the same node in the same chain ever after', async () => {
  const here = place()
  const founded = await openIdentity(here, PROVEN)
  expect(await openIdentity(here, PROVEN)).toEqual(founded)
  expect(founded.genesis.firstDevice).toBe(founded.key.deviceId)
  expect(new Set([founded.genesis.ownerKey, founded.genesis.recoveryKey, founded.key.deviceId]).size).toBe(3)
})

test('without proof of the last write the chain is another one, once, and the proof is settled with it', async () => {
  const here = place()
  const founded = await openIdentity(here, PROVEN)
  await here.store.batch([{ type: 'put', key: keys.meta('unproven'), value: '' }])
  const after = await openIdentity(here, UNPROVEN)
  expect(after.incarnation).not.toBe(founded.incarnation)
  expect(here.store.getSync(keys.meta('unproven'))).toBeUndefined()
  expect(await openIdentity(here, PROVEN)).toEqual(after)
})

test('a chain that is left while the node runs is left for good', async () => {
  const here = place()
  const { incarnation } = await openIdentity(here, PROVEN)
  const renewed = await renewIncarnation(here, incarnation)
  expect(renewed).not.toBe(incarnation)
  expect((await openIdentity(here, PROVEN)).incarnation).toBe(renewed)
})

test('owner and recovery key may lie elsewhere', async () => {
  const here = place()
  const founded = await openIdentity(here, PROVEN)
  const { keyring } = here
  const onlyDevice = {
    seed: (name: KeyName) => keyring.seed(name),
    find: async (name: KeyName) => (name === 'device' ? keyring.find(name) : undefined),
    remove: (name: KeyName) => keyring.remove(name)
  }
  expect(await openIdentity({ ...here, keyring: onlyDevice }, PROVEN)).toEqual(founded)
})

test('a device key that is gone is not made anew', async () => {
  const here = place()
  await openIdentity(here, PROVEN)
  const keyring = new MemoryKeyring(here.random)
  await expect(openIdentity({ ...here, keyring }, PROVEN)).rejects.toMatchObject({ code: 'KEY_FILE_MISSING' })
  expect(await keyring.find('device')).toBeUndefined()
})

test('the key of another device is refused', async () => {
  const here = place()
  const { key } = await openIdentity(here, PROVEN)
  const keyring = new MemoryKeyring(here.random)
  await keyring.seed('device')
  const foreign = { code: 'KEY_FILE_FOREIGN', details: { expected: key.deviceId } }
  await expect(openIdentity({ ...here, keyring }, PROVEN)).rejects.toMatchObject(foreign)
})

describe('what nothing else can say is not guessed', () => {
  const told = (record: MetaName) => ({
    code: 'DIRECTORY_DAMAGED',
    details: { record },
    message: expect.stringContaining('hcfs restore-backup')
  })

  test.each<MetaName>(['genesis', 'fingerprint-key'])('a damaged %s is named', async (record) => {
    const here = place()
    await openIdentity(here, PROVEN)
    await damage(here, record)
    await expect(openIdentity(here, PROVEN)).rejects.toMatchObject(told(record))
  })

  test.each<MetaName>(['genesis', 'fingerprint-key'])('a missing %s founds no other network', async (record) => {
    const here = place()
    await openIdentity(here, PROVEN)
    await here.store.batch([{ type: 'del', key: keys.meta(record) }])
    await expect(openIdentity(here, PROVEN)).rejects.toMatchObject(told(record))
  })
})

test('a damaged incarnation is drawn anew', async () => {
  const here = place()
  const founded = await openIdentity(here, PROVEN)
  await damage(here, 'incarnation')
  const after = await openIdentity(here, PROVEN)
  expect(after).toEqual({ ...founded, incarnation: after.incarnation })
  expect(after.incarnation).not.toBe(founded.incarnation)
})
