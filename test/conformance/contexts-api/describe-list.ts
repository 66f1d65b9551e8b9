import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { collect, failureOf, fill, newContexts, pathsOf, take } from './node-place.ts'

export function describeList(open: OpenApi): void {
  test('the children of a path, in order, folders that are no contexts among them', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/p/b', '/p/a/deep/er', '/p/c', '/p/c/below', '/other')
    expect(await collect(contexts.list('/p'))).toMatchObject([
      { path: '/p/a', isContext: false, hasChildren: true },
      { path: '/p/b', isContext: true, hasChildren: false },
      { path: '/p/c', isContext: true, hasChildren: true }
    ])
  })

  test('a row says what a reader wants to know before reading', async () => {
    const contexts = await newContexts(open)
    const meta = { title: 'Title', kind: 'note' }
    const { version } = await contexts.put('/a', { body: 'ünï', tags: ['t'], meta }, { by: { agent: 'ada' } })
    const { author, updatedAt } = await contexts.get('/a')
    expect(await collect(contexts.list('/'))).toEqual([
      {
        ...{ path: '/a', isContext: true, hasChildren: false, title: 'Title', kind: 'note', tags: ['t'] },
        ...{ bodyBytes: 5, version, author, by: { agent: 'ada' }, updatedAt }
      }
    ])
  })

  test('recursively, everything below in tree order', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/p', '/p/b', '/p/a/x', '/p/a', '/p-other', '/p/a.b')
    expect(await pathsOf(contexts.list('/p', { recursive: true }))).toEqual(['/p/a', '/p/a/x', '/p/a.b', '/p/b'])
  })

  test.each([false, true])(
    'pages by limit and startAfter give what one listing gives (recursive: %s)',
    async (recursive) => {
      const contexts = await newContexts(open)
      await fill(contexts, '/a', '/a/x', '/b/y', '/c', '/d', '/d/z')
      const whole = await pathsOf(contexts.list('/', { recursive }))
      const paged: string[] = []
      for (let last: string | undefined; paged.length <= whole.length; last = paged.at(-1)) {
        const page = await pathsOf(
          contexts.list('/', { recursive, limit: 2, ...(last !== undefined && { startAfter: last }) })
        )
        if (page.length === 0) break
        paged.push(...page)
      }
      expect(paged).toEqual(whole)
    }
  )

  test('filters by tag, kind and fields, all of which must fit', async () => {
    const contexts = await newContexts(open)
    const fields = { status: 'open', owner: { name: 'Ada' }, list: [1, { b: 2, a: 1 }] }
    await contexts.put('/a', { tags: ['t'], meta: { kind: 'task' }, fields })
    await contexts.put('/b', { tags: ['t', 'u'], meta: { kind: 'note' }, fields: { status: 'closed' } })
    const filtered = (filter: object) => pathsOf(contexts.list('/', { recursive: true, filter }))
    expect(await filtered({ tag: 't' })).toEqual(['/a', '/b'])
    expect(await filtered({ tag: 't', kind: 'task' })).toEqual(['/a'])
    expect(await filtered({ fields: { '/owner/name': 'Ada' } })).toEqual(['/a'])
    expect(await filtered({ fields: { '/list': [1, { a: 1, b: 2 }] } })).toEqual(['/a'])
    expect(await filtered({ fields: { '/status': 'gone' } })).toEqual([])
  })

  test('nothing below is an empty listing', async () => {
    const contexts = await newContexts(open)
    expect(await collect(contexts.list('/nowhere'))).toEqual([])
  })

  test('a reader may stop in the middle, and go on with other calls', async () => {
    const contexts = await newContexts(open)
    const items = Array.from({ length: 600 }, (_, index) => ({ put: { path: `/p/${index}`, body: 'x'.repeat(200) } }))
    await contexts.batch(items, { atomic: false })
    for (let round = 0; round < 5; round += 1) expect(await take(contexts.list('/p'), 3)).toHaveLength(3)
    expect(await collect(contexts.list('/p'))).toHaveLength(600)
  })

  test('what a listing cannot do is refused', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a')
    expect(await failureOf(() => collect(contexts.list('a')))).toMatchObject({ code: 'PATH_INVALID' })
    const elsewhere = contexts.list('/a', { startAfter: '/b' })
    expect(await failureOf(() => collect(elsewhere))).toMatchObject({ code: 'BAD_REQUEST' })
  })
}
