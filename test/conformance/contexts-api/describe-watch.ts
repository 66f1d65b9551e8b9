import type { WatchedChange } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { collect, failureOf, fill, newContexts, take } from './node-place.ts'

const HISTORY_START = { from: 0 } as const

export function describeWatch(open: OpenApi): void {
  test('from the beginning, a watcher sees every change below its path in order', async () => {
    const contexts = await newContexts(open)
    const { commit } = await contexts.put('/p/a', { body: 'one' }, { by: { agent: 'ada' }, note: 'why' })
    await fill(contexts, '/other', '/p/b')
    await contexts.remove('/p/a')
    expect(await take(contexts.watch('/p', HISTORY_START), 3)).toMatchObject([
      { path: '/p/a', kind: 'update', commit, by: { agent: 'ada' }, note: 'why' },
      { path: '/p/b', kind: 'update' },
      { path: '/p/a', kind: 'delete' }
    ])
  })

  test('a watcher goes on from the position it had last', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a', '/b', '/c')
    const [first] = await take(contexts.watch('/', HISTORY_START), 1)
    const rest = await take(contexts.watch('/', { from: first!.position }), 2)
    expect(rest.map(({ path }) => path)).toEqual(['/b', '/c'])
  })

  test('a watcher waits for what is written later', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a')
    const watched = take(contexts.watch('/', HISTORY_START), 3)
    await fill(contexts, '/b', '/c')
    expect((await watched).map(({ path }) => path)).toEqual(['/a', '/b', '/c'])
  })

  test('without a position, only what comes from now on is seen', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/before')
    const seen: WatchedChange[] = []
    const ended = new AbortController()
    const watching = readInto(seen, contexts.watch('/', { signal: ended.signal }))
    onTestFinished(() => watching)
    // Nothing says when a watch has begun, so changes are made until one is seen.
    let round = 0
    const writeAndCount = async (): Promise<number> => {
      round += 1
      await contexts.put('/after', { body: `round ${round}` })
      return seen.length
    }
    await expect.poll(writeAndCount).toBeGreaterThan(0)
    ended.abort()
    await watching
    expect(seen.every(({ path }) => path === '/after')).toBe(true)
  })

  test('with values, a change carries what was before and after it', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'one', fields: { x: 1 } })
    await contexts.put('/a', { body: 'two' })
    expect(await take(contexts.watch('/', { ...HISTORY_START, values: true }), 2)).toMatchObject([
      { before: { body: '', fields: {} }, after: { body: 'one', fields: { x: 1 } } },
      { before: { body: 'one' }, after: { body: 'two', fields: { x: 1 } } }
    ])
  })

  test('all changes of one commit are seen', async () => {
    const contexts = await newContexts(open)
    await contexts.batch(['/a', '/b', '/c'].map((path) => ({ put: { path, body: path } })))
    const changes = await take(contexts.watch('/', HISTORY_START), 3)
    expect(changes.map(({ path }) => path).sort()).toEqual(['/a', '/b', '/c'])
  })

  test('a watcher that was cut off in the middle of a commit misses none of it', async () => {
    const contexts = await newContexts(open)
    const paths = ['/a', '/b', '/c']
    await contexts.batch(paths.map((path) => ({ put: { path, body: path } })))
    const whole = await take(contexts.watch('/', HISTORY_START), 3)
    for (const [index, { position }] of whole.slice(0, 2).entries()) {
      const rest = await take(contexts.watch('/', { from: position }), 2 - index)
      expect(rest.map(({ path }) => path)).toEqual(whole.slice(index + 1).map(({ path }) => path))
    }
  }, 10_000)

  test('a watch ends when its signal falls, also while it waits', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a')
    const ended = new AbortController()
    const seen: WatchedChange[] = []
    const watching = readInto(seen, contexts.watch('/', { ...HISTORY_START, signal: ended.signal }))
    await expect.poll(() => seen.length).toBe(1)
    ended.abort()
    await watching
    expect(await collect(contexts.watch('/', { ...HISTORY_START, signal: AbortSignal.abort() }))).toEqual([])
  })

  test('a path that is none cannot be watched', async () => {
    const contexts = await newContexts(open)
    expect(await failureOf(() => collect(contexts.watch('a', HISTORY_START)))).toMatchObject({ code: 'PATH_INVALID' })
  })
}

async function readInto(seen: WatchedChange[], changes: AsyncIterable<WatchedChange>): Promise<void> {
  for await (const change of changes) seen.push(change)
}
