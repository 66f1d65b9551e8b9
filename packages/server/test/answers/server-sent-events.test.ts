import type { WatchedChange } from '@hcfs/core'
import { commitId, deviceId, HcfsError, ManualClock, parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import { publicError } from '../../src/answers/problem.ts'
import { serverSentEvents } from '../../src/answers/server-sent-events.ts'

const CHANGE: WatchedChange = {
  position: 7,
  path: parsePath('/a'),
  kind: 'update',
  version: 'ab'.repeat(32),
  commit: commitId('ab'.repeat(32)),
  author: deviceId('cd'.repeat(32)),
  note: 'two\nlines',
  time: '2026-01-31T12:00:00.000Z'
}

function eventsOf(changes: AsyncGenerator<WatchedChange>, clock = new ManualClock()) {
  return serverSentEvents(changes, { clock, errorOf: publicError, position: () => 5 }, { heartbeatPauseMs: 1_000 })
}

test('a change is one event, on one line of data', async () => {
  const events = eventsOf(
    (async function* () {
      yield CHANGE
    })()
  )
  expect(await events.next()).toMatchObject({ value: ': watching\nid: 5\n\n' })
  expect(await events.next()).toMatchObject({ value: `id: 7\ndata: ${JSON.stringify(CHANGE)}\n\n` })
  expect(await events.next()).toMatchObject({ done: true })
})

test('a failure is the last event', async () => {
  const events = eventsOf(
    (async function* () {
      yield CHANGE
      throw new HcfsError('STORAGE_CORRUPT', 'damaged')
    })()
  )
  await events.next()
  await events.next()
  expect((await events.next()).value).toMatch(/^event: error\ndata: \{"code":"STORAGE_CORRUPT"/)
  expect(await events.next()).toMatchObject({ done: true })
})

test('a pause gives a comment, and loses no change', async () => {
  const clock = new ManualClock()
  const waiting = Promise.withResolvers<void>()
  const events = eventsOf(
    (async function* () {
      await waiting.promise
      yield CHANGE
    })(),
    clock
  )
  await events.next()
  const comment = events.next()
  await clock.advance(1_000)
  expect((await comment).value).toBe(': still watching\n\n')
  const event = events.next()
  waiting.resolve()
  expect((await event).value).toContain('id: 7')
})
