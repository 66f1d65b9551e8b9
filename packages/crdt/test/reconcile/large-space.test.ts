import { expect, test } from 'vitest'
import { converse } from '../../../../test/support/converse.ts'
import {
  editsOf,
  LARGE_NETWORK,
  LARGE_SPACE,
  LargeSpace,
  SharedDocuments
} from '../../../../test/support/large-space.ts'

const documents = new SharedDocuments(8_000)
const SESSION = { network: LARGE_NETWORK, space: LARGE_SPACE }

/** Two replicas with thousands of documents, of which the second has edited some. */
function parted({ edited, chains, devices = 5 }: { edited: number; chains: number; devices?: number }) {
  const [ada, bob] = [new LargeSpace({ documents, chains }), new LargeSpace({ documents, chains })]
  bob.add(...editsOf({ documents, count: edited, devices, payloadBytes: 100 }))
  return { ada, bob }
}

test.each([
  { edited: 1, chains: 1_000, kib: 8 },
  { edited: 10, chains: 1_000, kib: 12 },
  { edited: 1, chains: 2_000, kib: 4 },
  { edited: 10, chains: 2_000, kib: 12 },
  { edited: 700, chains: 2_000, kib: 600 }
])('$edited of 8,000 documents with $chains chains cost less than $kib KiB', async ({ edited, chains, kib }) => {
  const { ada, bob } = parted({ edited, chains })

  const { bytes, outcome } = await converse(ada, bob, SESSION)

  expect(outcome).toEqual({ reason: 'exchanged', received: edited, sent: 0 })
  expect(bytes).toBeLessThan(kib * 1_024)
})

test.each([true, false])(
  'when nearly everything differs it is streamed in few rounds (leader lacks: %s)',
  async (lacks) => {
    const { ada, bob } = parted({ edited: 4_000, chains: 2_000 })

    const [leader, follower] = lacks ? [ada, bob] : [bob, ada]
    const { rounds } = await converse(leader, follower, SESSION)

    expect([ada.heldCount, bob.heldCount]).toEqual([4_000, 4_000])
    expect(rounds).toBeLessThan(40)
  }
)

test('each of more documents than one question asks for is found, when each has another author', async () => {
  const { ada, bob } = parted({ edited: 1_300, chains: 2_000, devices: 1_300 })

  await converse(ada, bob, SESSION)

  expect(ada.heldCount).toBe(1_300)
})

test('what only one side has goes there and back in one session', async () => {
  const { ada, bob } = parted({ edited: 300, chains: 2_000 })
  ada.add(...editsOf({ documents, count: 40, devices: 2, payloadBytes: 9, group: 1 }))

  const { outcome } = await converse(ada, bob, SESSION)

  expect(outcome).toEqual({ reason: 'exchanged', received: 300, sent: 40 })
  expect([ada.heldCount, bob.heldCount]).toEqual([340, 340])
})
