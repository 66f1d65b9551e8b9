import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { newContexts } from './node-place.ts'

export function describeEdit(open: OpenApi): void {
  test('a draft reads the context and its own changes, and writes only those', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'Dock on Monday.', fields: { status: 'open', kept: 1 }, tags: ['old'] })
    await contexts.edit('/a', (draft) => {
      expect(draft.fields.get('status')).toBe('open')
      draft.body.insert(0, 'URGENT. ')
      draft.fields.set('status', 'moved')
      draft.fields.set(['owner', 'name'], 'Ada')
      draft.tags.add('new')
      draft.tags.remove('old')
      draft.links.add({ to: '/b', rel: 'about' })
      draft.meta.set('title', 'Docking')
      expect(draft.body.toString()).toBe('URGENT. Dock on Monday.')
    })
    expect(await contexts.get('/a')).toMatchObject({
      body: 'URGENT. Dock on Monday.',
      fields: { status: 'moved', kept: 1, owner: { name: 'Ada' } },
      tags: ['new'],
      links: [{ to: '/b', rel: 'about' }],
      meta: { title: 'Docking' }
    })
  })

  test('an edit of an older version keeps what came since', async () => {
    const contexts = await newContexts(open)
    const first = await contexts.put('/a', { body: 'one\ntwo\n', fields: { x: 1 } })
    const second = await contexts.put('/a', { body: 'zero\none\ntwo\n' })
    const receipt = await contexts.edit('/a', (draft) => draft.body.insert('one\n'.length, 'and a half\n'), {
      base: first.version
    })
    expect((await contexts.get('/a')).body).toBe('zero\none\nand a half\ntwo\n')
    expect(receipt.merged).toEqual({ base: first.version, with: second.version, parts: ['body'] })
  })

  test('edits at the same time are all kept', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: '', fields: {} })
    const names = Array.from({ length: 20 }, (_, index) => `key-${index}`)
    await Promise.all(names.map((name) => contexts.edit('/a', (draft) => draft.fields.set(name, name))))
    expect(Object.keys((await contexts.get('/a')).fields).sort()).toEqual(names.sort())
  })

  test('an edit that does nothing makes no commit', async () => {
    const contexts = await newContexts(open)
    const { version } = await contexts.put('/a', { body: 'one' })
    const receipt = await contexts.edit('/a', () => {})
    expect(receipt).toMatchObject({ version, path: '/a' })
    expect(receipt.commit).toBeUndefined()
  })

  test('a context that is not there cannot be edited', async () => {
    const contexts = await newContexts(open)
    const call = contexts.edit('/a', (draft) => draft.body.append('x'))
    await expect(call).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND', details: { path: '/a' } })
  })

  test('ifVersion refuses an edit of what has changed', async () => {
    const contexts = await newContexts(open)
    const first = await contexts.put('/a', { body: 'one' })
    await contexts.put('/a', { body: 'two' })
    const call = contexts.edit('/a', (draft) => draft.body.append('!'), { ifVersion: first.version })
    await expect(call).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    expect((await contexts.get('/a')).body).toBe('two')
  })

  test('what a draft refuses is not written, nor what came before it in that edit', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'one' })
    const call = contexts.edit('/a', (draft) => {
      draft.body.append('!')
      draft.body.insert(99, 'beyond the end')
    })
    await expect(call).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect((await contexts.get('/a')).body).toBe('one')
  })

  test('what the caller throws in an edit reaches the caller', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'one' })
    const call = contexts.edit('/a', () => {
      throw new RangeError('of the caller')
    })
    await expect(call).rejects.toThrow(new RangeError('of the caller'))
  })
}
