import { ManualClock, parsePath, SeededRandom, settle, silentLogger } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { IndexFollowerOptions } from '../../src/indexing/index-follower.ts'
import { IndexFollower } from '../../src/indexing/index-follower.ts'
import { FakeContexts, FakeSink } from './fake-index.ts'

const OPTIONS: IndexFollowerOptions = {
  indexStartPauseMs: 200,
  indexBatchContextsMax: 2,
  indexBatchBytesMax: 100,
  indexRetryPauseMsMax: 1_000
}

async function followedContexts(options: Partial<IndexFollowerOptions> = {}) {
  const clock = new ManualClock()
  const contexts = new FakeContexts()
  const sink = new FakeSink()
  const follower = new IndexFollower(
    { ...contexts, changes: contexts.changes, sink, clock, random: new SeededRandom(1), logger: silentLogger },
    { ...OPTIONS, ...options }
  )
  onTestFinished(() => follower.stop())
  await follower.start()
  return { clock, contexts, sink, follower, docIdOf: contexts.documentIdOf }
}

const never = new AbortController().signal

describe('the follower of the log', () => {
  test('leaves a node that has just started alone for a moment', async () => {
    const { clock, sink } = await followedContexts()

    await clock.advance(199)
    expect(sink.opened).toBe(0)
    await clock.advance(1)

    expect(sink.opened).toBe(1)
  })

  test('opens the index at once when somebody asks', async () => {
    const { clock, sink, follower } = await followedContexts()

    follower.hurry()
    await clock.advance(0)

    expect(sink.opened).toBe(1)
  })

  test('takes in what became something else without a new entry, at once and also after a failure', async () => {
    const { clock, contexts, sink, follower } = await followedContexts()
    contexts.write('/a', 'before')
    await clock.advance(200)
    await follower.reached(1, never)
    contexts.replace('/a', 'taken back')
    await follower.takeRebuilt(new Set([parsePath('/a')]))
    expect([...sink.bodies.values()]).toEqual(['taken back'])
    expect(follower.behind).toBe(0)
  })

  test('refuses what became something else once it has stopped, so that it is told again', async () => {
    const { follower } = await followedContexts()
    const taken = follower.takeRebuilt(new Set([parsePath('/a')]))
    const refused = expect(taken).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    await follower.stop()
    await refused
  })

  test('brings what was written before and after the start into the index', async () => {
    const { clock, contexts, sink, follower } = await followedContexts()
    contexts.write('/early', 'before')
    await clock.advance(200)

    contexts.write('/late', 'after')
    await follower.reached(2, never)

    expect([...sink.bodies.values()]).toEqual(['before', 'after'])
    expect(follower.behind).toBe(0)
  })

  test('takes contexts that are no longer shown out of the index', async () => {
    const { clock, contexts, sink, follower } = await followedContexts()
    contexts.write('/gone', 'x')
    contexts.write('/stays', 'y')
    contexts.remove('/gone')
    await clock.advance(200)

    await follower.reached(3, never)

    expect([...sink.bodies.values()]).toEqual(['y'])
  })

  test('goes on where the index says it is, not from the beginning', async () => {
    const { clock, contexts, sink, follower } = await followedContexts()
    for (const name of ['/a', '/b', '/c']) contexts.write(name, name)
    sink.position = 2
    await clock.advance(200)

    await follower.reached(3, never)

    expect(sink.batches.map(({ contexts: batch }) => batch.map(({ path }) => path))).toEqual([['/c']])
  })

  test('hands large contexts over in parts, of which only the last carries the position', async () => {
    const { clock, contexts, sink, follower } = await followedContexts({ indexBatchContextsMax: 3 })
    for (const name of ['/a', '/b', '/c']) contexts.write(name, 'x'.repeat(60))
    await clock.advance(200)

    await follower.reached(3, never)

    expect(sink.batches.map(({ contexts: batch, position }) => [batch.length, position])).toEqual([
      [2, 0],
      [1, 3]
    ])
  })

  test('opens an index that failed again, after pauses that grow, and loses nothing', async () => {
    const { clock, contexts, sink, follower } = await followedContexts()
    sink.failures.push(new Error('open'), new Error('apply'), new Error('apply again'))
    contexts.write('/a', 'kept')
    await clock.advance(200)
    expect(follower.state).toMatchObject({ name: 'failed', failures: 1 })

    const reached = follower.reached(1, never)
    for (let step = 0; step < 40; step += 1) await clock.advance(100)
    await reached

    expect([...sink.bodies.values()]).toEqual(['kept'])
    expect(sink.opened).toBeGreaterThanOrEqual(3)
  })

  test('counts everything as missing while the index is not open', async () => {
    const { contexts, follower } = await followedContexts()

    contexts.write('/a', 'x')

    expect(follower.behind).toBe(1)
  })

  test('closes the index when it stops, and tells who still waits', async () => {
    const { clock, contexts, sink, follower } = await followedContexts()
    await clock.advance(200)
    const waiting = follower.reached(contexts.changes.position + 1, never)
    const refused = expect(waiting).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })

    await follower.stop()

    await refused
    expect(sink.isClosed).toBe(true)
  })

  test('a caller that gives up waiting gets the reason of its signal', async () => {
    const { clock, follower } = await followedContexts()
    await clock.advance(200)
    const caller = new AbortController()

    const waiting = follower.reached(1, caller.signal)
    caller.abort(new Error('enough'))

    await expect(waiting).rejects.toThrow('enough')
    await settle()
  })
})
