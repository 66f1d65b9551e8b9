import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { collect, failureOf, newContexts } from './node-place.ts'

export function describeHistory(open: OpenApi): void {
  test('history has every change, the newest first, with who and why', async () => {
    const contexts = await newContexts(open)
    const by = { agent: 'ada', origin: 'user' } as const
    const first = await contexts.put('/a', { body: 'one' }, { by, note: 'from the stand-up: ünï' })
    const second = await contexts.put('/a', { body: 'two' })
    await contexts.remove('/a')
    const history = await collect(contexts.history('/a'))
    expect(history).toMatchObject([
      { kind: 'delete', path: '/a' },
      { kind: 'update', commit: second.commit, version: second.version },
      { kind: 'update', commit: first.commit, version: first.version, by, note: 'from the stand-up: ünï' }
    ])
    expect(history[1]).not.toHaveProperty('note')
  })

  test('history comes in pages', async () => {
    const contexts = await newContexts(open)
    for (let round = 0; round < 5; round += 1) await contexts.put('/a', { body: `round ${round}` })
    const whole = await collect(contexts.history('/a'))
    const page = await collect(contexts.history('/a', { limit: 2 }))
    const rest = await collect(contexts.history('/a', { before: page[1]!.version }))
    expect([...page, ...rest]).toEqual(whole)
    expect(whole).toHaveLength(5)
  })

  test('history goes on across a move', async () => {
    const contexts = await newContexts(open)
    const { version } = await contexts.put('/a', { body: 'one' })
    await contexts.move('/a', '/b')
    await contexts.put('/b', { body: 'two' })
    const history = await collect(contexts.history('/b'))
    expect(history.map(({ path }) => path)).toEqual(['/b', '/b', '/a'])
    expect(history.at(-1)).toMatchObject({ version })
    for (const limit of [1, 2, 3, 4]) {
      expect(await collect(contexts.history('/b', { limit }))).toEqual(history.slice(0, limit))
    }
  })

  test('what never was has no history', async () => {
    const contexts = await newContexts(open)
    expect(await failureOf(() => collect(contexts.history('/a')))).toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  })

  test('diff tells two versions apart, part by part', async () => {
    const contexts = await newContexts(open)
    const first = await contexts.put('/a', { body: 'same\none\n', fields: { x: 1, gone: true }, tags: ['old'] })
    const second = await contexts.put('/a', { body: 'same\ntwo\n', fields: { x: 2 }, tags: ['new'] })
    const diff = await contexts.diff('/a', first.version, second.version)
    expect(diff).toMatchObject({
      fields: expect.arrayContaining([
        { pointer: '/x', before: 1, after: 2 },
        { pointer: '/gone', before: true }
      ]),
      tags: { added: ['new'], removed: ['old'] },
      links: { added: [], removed: [] }
    })
    expect(diff.body.flatMap(({ lines }) => lines)).toEqual([
      { kind: 'same', text: 'same\n' },
      { kind: 'removed', text: 'one\n' },
      { kind: 'added', text: 'two\n' }
    ])
    expect(await contexts.diff('/a', first.version)).toEqual(diff)
  })

  test('restore writes an old version forward, and loses none', async () => {
    const contexts = await newContexts(open)
    const first = await contexts.put('/a', { body: 'one', fields: { x: 1 } })
    await contexts.put('/a', { body: 'two', fields: {}, tags: ['t'] })
    await contexts.restore('/a', first.version, { note: 'back' })
    expect(await contexts.get('/a')).toMatchObject({ body: 'one', fields: { x: 1 }, tags: [] })
    expect(await collect(contexts.history('/a'))).toMatchObject([{ note: 'back' }, {}, {}])
  })

  test('a removed context can be restored', async () => {
    const contexts = await newContexts(open)
    const { version } = await contexts.put('/a', { body: 'one' })
    await contexts.remove('/a')
    await contexts.restore('/a', version)
    expect((await contexts.get('/a')).body).toBe('one')
  })

  test('a version that is not there can be neither compared nor restored', async () => {
    const contexts = await newContexts(open)
    const { version } = await contexts.put('/a', { body: 'one' })
    const unknown = 'ab'.repeat(32)
    await expect(contexts.diff('/a', unknown, version)).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' })
    await expect(contexts.restore('/a', unknown)).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' })
    await expect(contexts.restore('/b', version)).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  })
}
