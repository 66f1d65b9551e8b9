import { HcfsError, settle } from '@hcfs/core'
import { expect, test } from 'vitest'
import { startCommits } from './commit-harness.ts'

const BUFFERED = { durability: 'buffered', bufferedSyncPauseMs: 100 } as const

test('a buffered write is answered without an fsync and says so', async () => {
  const { submit, store, stored, durable } = await startCommits(BUFFERED)
  const answer = submit('a')
  await settle()
  expect(store.inFlight[0]?.sync).toBe(false)
  await store.finish()
  expect(await answer).toEqual({ result: 'a', durable: 'buffered' })
  expect(stored).toEqual(['a'])
  expect(durable).toEqual([])
  expect(store.syncCount).toBe(0)
})

test('what was written in one pause is synced together at its end, and told as durable only then', async () => {
  const { submit, store, clock, durable } = await startCommits(BUFFERED)
  for (const name of ['a', 'b', 'c']) {
    submit(name)
    await settle()
    await store.finish()
    await clock.advance(30)
  }
  expect(durable).toEqual([])
  await clock.advance(10)
  expect(durable).toEqual(['a', 'b', 'c'])
  expect(store.syncCount).toBe(1)
  await clock.advance(1_000)
  expect(store.syncCount).toBe(1)
})

test('the pause begins with the first write that is not synced', async () => {
  const { submit, store, clock } = await startCommits(BUFFERED)
  for (const [name, pauseMs] of [
    ['a', 40],
    ['b', 40],
    ['c', 20]
  ] as const) {
    submit(name)
    await settle()
    await store.finish()
    await clock.advance(pauseMs)
  }
  expect(store.syncCount).toBe(1)
  submit('d')
  await settle()
  await store.finish()
  await clock.advance(99)
  expect(store.syncCount).toBe(1)
  await clock.advance(1)
  expect(store.syncCount).toBe(2)
})

test('a group that fails leaves those before it, which are synced after recovery', async () => {
  const { submit, store, clock, durable } = await startCommits(BUFFERED)
  submit('a')
  await settle()
  await store.finish()
  submit('b').catch(() => {})
  await settle()
  await store.fail(new HcfsError('STORAGE_FULL', 'full'))
  await clock.advance(100)
  expect(durable).toEqual(['a'])
})

test('stop syncs what is not synced yet', async () => {
  const { commits, submit, store, durable } = await startCommits(BUFFERED)
  submit('a')
  await settle()
  await store.finish()
  await commits.stop()
  expect(store.syncCount).toBe(1)
  expect(durable).toEqual(['a'])
})

test('an fsync that fails ends in recovery, and what it was for is not told as durable', async () => {
  const { submit, store, clock, owner, durable } = await startCommits(BUFFERED)
  let recoveredCount = 0
  owner.recover = async () => {
    recoveredCount += 1
  }
  submit('a')
  await settle()
  await store.finish()
  store.syncFailure = new HcfsError('STORAGE_FAILED', 'the disk is gone')
  await clock.advance(100)
  expect(recoveredCount).toBe(1)
  submit('b')
  await settle()
  await store.finish()
  await clock.advance(100)
  expect(durable).toEqual(['b'])
})

test('what was written while an fsync failed is in doubt as well, and not told as durable', async () => {
  const { submit, store, clock, durable } = await startCommits(BUFFERED)
  const gate = Promise.withResolvers<void>()
  store.syncing = gate.promise
  store.syncFailure = new HcfsError('STORAGE_FAILED', 'the disk is gone')
  for (const name of ['before', 'meanwhile']) {
    submit(name)
    await settle()
    await store.finish()
    await clock.advance(100)
  }
  gate.resolve()
  await settle()
  await clock.advance(1_000)
  expect(durable).toEqual([])
})
