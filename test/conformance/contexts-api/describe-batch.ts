import type { BatchItem } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { collect, fill, newContexts, pathsOf } from './node-place.ts'

export function describeBatch(open: OpenApi): void {
  test('puts, edits and removals of one batch are one commit', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/edited', '/removed')
    const { items, token } = await contexts.batch(
      [
        { put: { path: '/new', body: 'one', fields: { x: 1 }, tags: ['t'] } },
        { edit: { path: '/edited', change: (draft) => draft.body.append('!') } },
        { remove: { path: '/removed' } }
      ],
      { by: { agent: 'ada' }, note: 'all three' }
    )
    const commits = items.map((item) => ('receipt' in item ? item.receipt.commit : undefined))
    expect(new Set(commits).size).toBe(1)
    expect((await contexts.get('/edited', { after: token })).body).toBe('/edited!')
    expect(await pathsOf(contexts.list('/'))).toEqual(['/edited', '/new'])
    expect(await collect(contexts.history('/new'))).toMatchObject([{ by: { agent: 'ada' }, note: 'all three' }])
  })

  test('recorded operations are an edit too', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a')
    const change = [{ kind: 'body.insert', at: 0, text: '!' }] as const
    await contexts.batch([{ edit: { path: '/a', change } }])
    expect((await contexts.get('/a')).body).toBe('!/a')
  })

  test.each<[string, BatchItem, string]>([
    ['a precondition that fails', { put: { path: '/there', body: 'two', ifAbsent: true } }, 'VERSION_CONFLICT'],
    ['an edit of nothing', { edit: { path: '/nowhere', change: () => {} } }, 'CONTEXT_NOT_FOUND'],
    ['a removal of nothing', { remove: { path: '/nowhere' } }, 'CONTEXT_NOT_FOUND'],
    ['a path that is none', { put: { path: 'nowhere', body: '' } }, 'PATH_INVALID'],
    ['content that is refused', { put: { path: '/bad', tags: [''] } }, 'CONTENT_INVALID']
  ])('with %s, nothing of an atomic batch is written, and all else of one that is not', async (_, bad, code) => {
    const contexts = await newContexts(open)
    await fill(contexts, '/there')
    const items = [{ put: { path: '/first', body: '1' } }, bad, { put: { path: '/last', body: '2' } }]
    await expect(contexts.batch(items)).rejects.toMatchObject({ code })
    expect(await pathsOf(contexts.list('/'))).toEqual(['/there'])
    const receipt = await contexts.batch(items, { atomic: false })
    expect(receipt.items).toMatchObject([
      { receipt: { path: '/first' } },
      { error: { code } },
      { receipt: { path: '/last' } }
    ])
    expect(await pathsOf(contexts.list('/'))).toEqual(['/first', '/last', '/there'])
  })

  test('an atomic batch names each context once, and fits one commit', async () => {
    const contexts = await newContexts(open)
    const twice = [{ put: { path: '/a', body: '1' } }, { put: { path: '/a', body: '2' } }]
    await expect(contexts.batch(twice)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    const count = FORMAT_LIMITS.commitEntriesMax + 1
    const many = Array.from({ length: count }, (_, index) => ({ put: { path: `/${index}`, body: 'x' } }))
    await expect(contexts.batch(many)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' })
    expect((await contexts.batch(many.slice(1))).items).toHaveLength(count - 1)
    expect(await collect(contexts.list('/'))).toHaveLength(count - 1)
  })
}
