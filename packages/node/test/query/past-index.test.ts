import type { Context, ContextPath, DeviceId, DocId } from '@hcfs/core'
import { HcfsError, parsePath, settle } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { PastIndex } from '../../src/query/past-index.ts'
import type { FakeThreads } from './fake-index-threads.ts'
import { DEATH, fakeThreads } from './fake-index-threads.ts'

const never = new AbortController().signal
const MONDAY = new Date('2026-01-05')
const TUESDAY = new Date('2026-01-06')
const UNDER = parsePath('/')
const onMonday = { at: MONDAY, under: UNDER, signal: never }
const onTuesday = { at: TUESDAY, under: UNDER, signal: never }

function contextAt(path: ContextPath): Context {
  const author = '00'.repeat(32) as DeviceId
  const version = 'v' as Context['version']
  const content = { body: '', fields: {}, tags: [], links: [], meta: {} }
  return { path, version, heads: [version], author, updatedAt: MONDAY.toISOString(), ...content } as Context
}

function pastIndex({ paths = ['/a', '/missing'] }: { paths?: readonly string[] } = {}) {
  const started: FakeThreads[] = []
  const applied: string[] = []
  const past = new PastIndex({
    pathsUnder: async function* () {
      for (const path of paths) yield parsePath(path)
    },
    contextAt: async (path) => {
      if (path === '/missing') throw new HcfsError('CONTEXT_NOT_FOUND', 'not then')
      return contextAt(path)
    },
    documentIdOf: (path) => `id of ${path}` as DocId,
    startThreads: async () => {
      const apply = (changes: unknown) =>
        applied.push(...(changes as { contexts: { path: string }[] }).contexts.map(({ path }) => path))
      const threads = fakeThreads({ answers: { apply } })
      started.push(threads)
      return threads
    },
    backendOf: ({ queries }) => ({ queries })
  })
  onTestFinished(() => past.close())
  return { past, started, applied }
}

describe('the index of a past state', () => {
  test('holds what was there then', async () => {
    const { past, applied } = pastIndex()

    await past.use(onMonday, async () => {})

    expect(applied).toEqual(['/a'])
  })

  test('is kept for the next question about the same time, also when both come at once', async () => {
    const { past, started } = pastIndex()

    await Promise.all([past.use(onMonday, async () => {}), past.use(onMonday, async () => {})])

    expect(started).toHaveLength(1)
  })

  test('makes room for that of another time, and none stays behind', async () => {
    const { past, started } = pastIndex()

    await Promise.all([past.use(onMonday, async () => {}), past.use(onTuesday, async () => {})])
    expect(started.map(({ isClosed }) => isClosed)).toEqual([true, false])
    await past.close()

    expect(started.map(({ isClosed }) => isClosed)).toEqual([true, true])
  })

  test('does not end under a question', async () => {
    const { past, started } = pastIndex()
    const answer = Promise.withResolvers<void>()
    const first = past.use(onMonday, () => answer.promise)
    const second = past.use(onTuesday, async () => {})
    await settle()

    expect(started.map(({ isClosed }) => isClosed)).toEqual([false])
    answer.resolve()
    await Promise.all([first, second])
  })

  test('is built again after its thread died', async () => {
    const { past, started } = pastIndex()
    await expect(past.use(onMonday, () => Promise.reject(DEATH))).rejects.toBe(DEATH)

    await past.use(onMonday, async () => {})

    expect(started.map(({ isClosed }) => isClosed)).toEqual([true, false])
  })

  test('lets go who no longer waits for the turn, and serves the others', async () => {
    const { past } = pastIndex()
    const answer = Promise.withResolvers<void>()
    const first = past.use(onMonday, () => answer.promise)
    const caller = new AbortController()
    const second = past.use({ ...onTuesday, signal: caller.signal }, async () => {})
    const third = past.use(onMonday, async () => 'served')
    caller.abort(new Error('enough'))

    await expect(second).rejects.toThrow('enough')
    answer.resolve()
    await first

    expect(await third).toBe('served')
  })

  test('of a node that closes is refused to those who wait', async () => {
    const { past } = pastIndex()
    const answer = Promise.withResolvers<void>()
    const first = past.use(onMonday, () => answer.promise)
    const second = past.use(onTuesday, async () => {})
    await settle()
    const refused = expect(second).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    answer.resolve()

    await Promise.all([first, past.close(), refused])
  })
})
