import { settle, silentLogger } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LocalIndex } from '../../src/query/local-index.ts'
import type { FakeThreads, FakeThreadsOptions } from './fake-index-threads.ts'
import { DAMAGE, DEATH, fakeThreads } from './fake-index-threads.ts'

const never = new AbortController().signal
const NOTHING = { contexts: [], removed: [], position: 1 }

/** An index whose starts go as told, one after another; the last one repeats. */
function indexOver(...starts: readonly (FakeThreadsOptions | Error)[]) {
  const started: FakeThreads[] = []
  let removals = 0
  let count = 0
  const index = new LocalIndex({
    startThreads: async () => {
      const next = starts[Math.min(count, starts.length - 1)] ?? {}
      count += 1
      if (next instanceof Error) throw next
      const threads = fakeThreads({ ...next, name: `start ${count}` })
      started.push(threads)
      return threads
    },
    remove: () => {
      removals += 1
    },
    log: silentLogger
  })
  onTestFinished(() => index.close())
  const asked = async (): Promise<string | undefined> => {
    const threads = await index.opened(never)
    return started.find((one) => one === threads)?.name
  }
  return { index, started, asked, removals: () => removals }
}

const throwing = (error: unknown) => () => {
  throw error
}

describe('the index of this node', () => {
  test('says where it is', async () => {
    const { index } = indexOver({ answers: { position: () => 7 } })

    expect(await index.open(9)).toBe(7)
  })

  test('begins anew when it holds more than the log', async () => {
    const { index, started, removals } = indexOver({ answers: { position: () => 7 } }, {})

    expect(await index.open(3)).toBe(0)
    expect([started[0]?.isClosed, started[1]?.isClosed, removals()]).toEqual([true, false, 1])
  })

  test.each([
    ['on opening', DAMAGE],
    ['at the first question', { answers: { position: throwing(DAMAGE) } }]
  ])('begins anew when it turns out to be damaged %s', async (_when, first) => {
    const { index, removals } = indexOver(first, {})

    expect(await index.open(3)).toBe(0)
    expect(removals()).toBe(1)
  })

  test('begins anew when a write finds it damaged', async () => {
    const { index, removals } = indexOver({ answers: { apply: throwing(DAMAGE) } }, {})
    await index.open(3)

    await expect(index.apply(NOTHING)).rejects.toMatchObject({ code: 'INDEX_DAMAGED' })
    await index.open(3)

    expect(removals()).toBe(1)
  })

  test('keeps what is stored when a thread died', async () => {
    const { index, removals, started } = indexOver({ answers: { apply: throwing(DEATH) } }, {})
    await index.open(3)

    await expect(index.apply(NOTHING)).rejects.toMatchObject({ code: 'COMPUTE_FAILED' })
    await index.open(3)

    expect([removals(), started.length, started[0]?.isClosed]).toEqual([0, 2, true])
  })

  test('lets those wait who ask after a thread died, and gives them the next ones', async () => {
    const { index, asked } = indexOver({}, {})
    await index.open(3)
    expect(await asked()).toBe('start 1')

    expect(index.failed(DEATH)).toBe(true)
    const waiting = asked()
    await settle()
    await index.open(3)

    expect(await waiting).toBe('start 2')
  })

  test('goes on when a single call failed', async () => {
    const { index, asked } = indexOver({})
    await index.open(3)

    expect(index.failed(new Error('a bug'))).toBe(false)

    expect(await asked()).toBe('start 1')
  })

  test('answers until it is rebuilt', async () => {
    const { index, asked, removals } = indexOver({}, {})
    await index.open(3)
    index.rebuild(new Error('asked for'))
    expect([await asked(), removals()]).toEqual(['start 1', 0])

    await index.open(3)
    await index.open(3)

    expect(removals()).toBe(1)
  })

  test('tells those who wait for it that it was closed', async () => {
    const { index, asked } = indexOver({})
    const waiting = asked()

    await index.close()

    await expect(waiting).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  })
})
