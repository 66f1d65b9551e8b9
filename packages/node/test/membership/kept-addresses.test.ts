import { expect, test } from 'vitest'
import { keepAddresses, keptAddresses } from '../../src/membership/kept-addresses.ts'
import { CheckedStore } from '../../src/storage/checked-store.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'

const ANY = ['/ip4/0.0.0.0/tcp/0']
const CHOSEN = ['/ip4/0.0.0.0/tcp/40123']

test('a port that was chosen once is asked for again', async () => {
  const store = new CheckedStore(new MemoryStore())
  expect(keptAddresses(store, ANY)).toEqual(ANY)
  await keepAddresses(store, { asked: ANY, chosen: CHOSEN })
  expect(keptAddresses(store, ANY)).toEqual(CHOSEN)
})

test('where something else is asked for, the choice is forgotten', async () => {
  const store = new CheckedStore(new MemoryStore())
  await keepAddresses(store, { asked: ANY, chosen: CHOSEN })
  const other = ['/ip4/127.0.0.1/tcp/0']
  expect(keptAddresses(store, other)).toEqual(other)
  await keepAddresses(store, { asked: other, chosen: other })
  expect(keptAddresses(store, ANY)).toEqual(ANY)
})
