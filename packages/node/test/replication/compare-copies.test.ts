import type { ContextPath } from '@hcfs/core'
import { deviceId, HcfsError, parsePath, ROOT_PATH, SeededRandom } from '@hcfs/core'
import type { SyncOutcome } from '@hcfs/crdt'
import { expect, test } from 'vitest'
import type { CompareComponents } from '../../src/replication/compare-copies.ts'
import { compareCopies } from '../../src/replication/compare-copies.ts'

const bob = deviceId('bb'.repeat(32))
const closed = parsePath('/closed')

/** One neighbour whose sessions end like this, one after another. */
function comparing(outcomes: readonly (SyncOutcome | Error)[], spaces: readonly ContextPath[] = [ROOT_PATH]) {
  const asked: { space: ContextPath; audited: readonly number[] }[] = []
  const components: CompareComponents = {
    peers: () => [{ device: bob, address: '', isRelayed: false, isInbound: false }],
    spaces: () => spaces,
    state: {
      fingerprintsOf: () => ({
        sumOf: (leaf: number) => (leaf % 2 === 0 ? new Uint8Array(1) : undefined)
      })
    },
    policy: { state: { mayRead: (_device: unknown, space: ContextPath) => space !== closed } },
    random: new SeededRandom(1),
    sync: {
      lead: async (
        _peer: unknown,
        { space, auditLeaves = [] }: { space: ContextPath; auditLeaves?: readonly number[] }
      ) => {
        const outcome = outcomes[asked.length]
        asked.push({ space, audited: auditLeaves })
        if (outcome instanceof Error) throw outcome
        return outcome ?? { reason: 'equal' }
      }
    }
  }
  return { components, asked }
}

test('a copy that is equal is said to be, after contexts of leaves that cover something were looked at', async () => {
  const { components, asked } = comparing([{ reason: 'equal' }])
  expect(await compareCopies(components)).toEqual([{ member: bob, space: '/', state: 'equal', exchanged: 0 }])
  expect(asked[0]?.audited.length).toBeGreaterThan(0)
  expect(asked[0]?.audited.filter((leaf) => leaf % 2 === 1)).toEqual([])
})

test('one that differs is exchanged with and compared again', async () => {
  const { components } = comparing([{ reason: 'exchanged', received: 3, sent: 1 }, { reason: 'equal' }])
  expect(await compareCopies(components)).toEqual([{ member: bob, space: '/', state: 'equal', exchanged: 4 }])
})

test('one that never stands still is not said to be equal', async () => {
  const { components, asked } = comparing(
    Array.from({ length: 9 }, () => ({ reason: 'exchanged', received: 1, sent: 0 }) as const)
  )
  expect(await compareCopies(components)).toMatchObject([{ state: 'not-compared', exchanged: 5 }])
  expect(asked).toHaveLength(5)
})

test('one that makes something else of the same commits has diverged', async () => {
  const docs = [{} as never, {} as never]
  const { components } = comparing([{ reason: 'diverged', docs, received: 0, sent: 0 }])
  expect(await compareCopies(components)).toMatchObject([{ state: 'diverged', documents: 2 }])
})

test('a neighbour that is lost on the way is told as not compared, and other failures are failures', async () => {
  const lost = comparing([new HcfsError('STREAM_CLOSED', 'The stream is gone')])
  expect(await compareCopies(lost.components)).toMatchObject([{ state: 'not-compared', detail: 'The stream is gone' }])
  const broken = comparing([new TypeError('a mistake')])
  await expect(compareCopies(broken.components)).rejects.toThrow('a mistake')
})

test('nothing is compared of a space that the neighbour may not read', async () => {
  const { components, asked } = comparing([], [closed, ROOT_PATH])
  await compareCopies(components)
  expect(asked.map(({ space }) => space)).toEqual(['/'])
})
