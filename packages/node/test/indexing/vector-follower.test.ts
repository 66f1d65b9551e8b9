import { HcfsError, ManualClock, SeededRandom, settle, silentLogger } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { VectorFollower } from '../../src/indexing/vector-follower.ts'
import { expectedOf, FakeVectorSink, FakeVectorSource } from './fake-vectors.ts'

const OPTIONS = { vectorSaveChangesMin: 3, indexRetryPauseMsMax: 1_000 }

interface Given {
  readonly source?: FakeVectorSource
  readonly sink?: FakeVectorSink
}

async function followed({ source = new FakeVectorSource(), sink = new FakeVectorSink() }: Given = {}) {
  const clock = new ManualClock()
  const deaths: unknown[] = []
  const onDeath = (error: unknown) => void deaths.push(error)
  const follower = new VectorFollower(
    { source, sink, clock, random: new SeededRandom(1), logger: silentLogger, onDeath },
    OPTIONS
  )
  const stopping = new AbortController()
  const running = follower.run(stopping.signal)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running
  }
  onTestFinished(stop)
  const tell = async (...labels: readonly number[]): Promise<void> => {
    source.write(...labels)
    follower.notify()
    await settle()
  }
  await settle()
  return { source, sink, clock, follower, deaths, running, stop, tell }
}

const never = new AbortController().signal
const died = new HcfsError('COMPUTE_FAILED', 'gone', { details: { died: true } })

describe('the follower of vectors', () => {
  test('embeds what is new and brings it to the index, and takes out what is gone', async () => {
    const { source, sink, follower, tell } = await followed()
    await tell(1, 2)
    source.remove(1)
    await tell()

    expect(sink.held).toEqual(expectedOf(source))
    expect([...sink.held.keys()]).toEqual([2])
    expect(follower.isSettled).toBe(true)
  })

  test('says that it is settled only when what was told before can be found', async () => {
    const { sink, source, follower } = await followed()
    source.write(1, 2, 3)
    follower.notify()

    expect(follower.isSettled).toBe(false)
    await follower.settled(never)

    expect([...sink.held.keys()]).toEqual([1, 2, 3])
  })

  test('does not keep those waiting who ask while nothing can be embedded', async () => {
    const { source, follower, tell } = await followed()
    source.embedFailures.push(new Error('server away'))
    await tell(1)

    await follower.settled(never)

    expect(follower.isSettled).toBe(false)
    expect(follower.failure).toMatchObject({ message: 'server away' })
  })

  test('asks an embedder that failed again after pauses, and leaves the index open meanwhile', async () => {
    const { source, sink, clock, follower, tell } = await followed()
    await tell(1)
    source.embedFailures.push(new Error('away'), new Error('still away'))
    await tell(2)
    const found = [...sink.held.keys()]
    for (let step = 0; step < 20; step += 1) await clock.advance(100)

    expect(found).toEqual([1])
    expect(sink.opened).toBe(1)
    expect(sink.held).toEqual(expectedOf(source))
    expect([follower.failure, follower.isSettled]).toEqual([undefined, true])
  })

  test('saves after enough changes, and forgets them then', async () => {
    const { source, sink, tell } = await followed()
    await tell(1, 2)
    expect(sink.saved).toBeUndefined()

    await tell(3)

    expect(sink.saved?.sequence).toBe(3)
    expect(source.forgottenUpTo).toBe(3)
  })

  test('saves what was not saved when it stops, and goes on from there', async () => {
    const first = await followed()
    await first.tell(1)
    await first.stop()
    const { source, sink } = first
    expect([sink.saved?.sequence, sink.isClosed]).toEqual([1, true])

    const { tell } = await followed({ source, sink })
    await tell(2)

    expect(sink.held).toEqual(expectedOf(source))
  })

  test('builds the graph before it rests', async () => {
    const { sink, tell } = await followed()
    sink.stepsLeft = 5

    await tell(1)

    expect(sink.stepsLeft).toBe(0)
  })

  test('opens an index that failed again with all vectors', async () => {
    const { source, sink, clock, tell } = await followed()
    await tell(1)
    sink.failures.push(new Error('no memory'))
    await tell(2)
    for (let step = 0; step < 10; step += 1) await clock.advance(100)

    expect(sink.opened).toBe(2)
    expect(sink.held).toEqual(expectedOf(source))
  })

  test('ends when a thread has died, and says so once', async () => {
    const { sink, deaths, running, tell } = await followed()
    sink.failures.push(died)

    await tell(1)
    await running

    expect(deaths).toEqual([died])
  })
})

describe('a saved vector index', () => {
  async function savedThenChanged(change: (source: FakeVectorSource) => void) {
    const source = new FakeVectorSource()
    const sink = new FakeVectorSink()
    const first = await followed({ source, sink })
    await first.tell(1, 2, 3)
    await first.stop()
    change(source)
    return followed({ source, sink })
  }

  test('is left empty before it is filled anew, when changes since then were forgotten', async () => {
    const { source, sink } = await savedThenChanged((changed) => {
      changed.remove(1)
      changed.forgottenUpTo = 4
    })

    expect(sink.held).toEqual(expectedOf(source))
    expect([...sink.held.keys()]).toEqual([2, 3])
  })

  test('is not used when the source has lost its last changes in a crash', async () => {
    const { sink, source, tell } = await savedThenChanged((changed) => {
      changed.log.length = 1
      changed.embedded.clear()
      changed.embedded.add(1)
      changed.forgottenUpTo = 0
    })
    expect([...sink.held.keys()]).toEqual([1])
    expect(sink.saved).toBeUndefined()

    await tell(7)

    expect(sink.held).toEqual(expectedOf(source))
  })
})
