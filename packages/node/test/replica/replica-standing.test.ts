import { commitId, HcfsError, silentLogger } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { ReceiveOutcome } from '../../src/replica/received-commit.ts'
import { ReplicaStanding } from '../../src/replica/replica-standing.ts'
import { keys } from '../../src/storage/keys.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'

function newStanding() {
  const given = { outcome: async (): Promise<readonly ReceiveOutcome[]> => [], position: 0, changes: 0 }
  const store = new MemoryStore()
  const standing = new ReplicaStanding({
    replica: {
      receiveCommits: () => given.outcome(),
      missing: () => [],
      parked: () => [],
      changes: {
        get position() {
          return given.position
        }
      }
    },
    store,
    log: silentLogger,
    onChanged: () => {
      given.changes += 1
    }
  })
  return { given, store, standing }
}

const id = commitId('ab'.repeat(32))

test('a disk that is full is told until it takes something again', async () => {
  const { given, standing } = newStanding()
  given.outcome = async () => {
    throw new HcfsError('STORAGE_FULL', 'The disk is full')
  }
  await expect(standing.receiveCommits([])).rejects.toMatchObject({ code: 'STORAGE_FULL' })
  expect([standing.current().isDiskFull, given.changes]).toEqual([true, 1])

  given.outcome = async () => [{ outcome: 'known', id }]
  await standing.receiveCommits([])
  expect(standing.current().isDiskFull).toBe(true)

  given.outcome = async () => [{ outcome: 'applied', id }]
  await standing.receiveCommits([])
  expect([standing.current().isDiskFull, given.changes]).toEqual([false, 2])
})

test('another failure says nothing of the disk', async () => {
  const { given, standing } = newStanding()
  given.outcome = async () => {
    throw new HcfsError('NODE_NOT_RUNNING', 'The node is closed')
  }
  await expect(standing.receiveCommits([])).rejects.toThrow()
  expect(standing.current().isDiskFull).toBe(false)
})

test('void commits are counted again when the log has grown', async () => {
  const { given, store, standing } = newStanding()
  standing.current()
  await store.batch([{ type: 'put', key: keys.verdict(3), value: '' }], { sync: true })
  expect(standing.current().voidCount).toBe(0)

  given.position = 3
  await expect.poll(() => standing.current().voidCount).toBe(1)
  expect(given.changes).toBe(1)
})
