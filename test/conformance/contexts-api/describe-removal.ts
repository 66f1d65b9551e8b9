import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { collect, fill, newContexts, pathsOf } from './node-place.ts'

export function describeRemoval(open: OpenApi): void {
  test('what is removed is neither read nor listed, and lies in the trash', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a', '/b')
    const receipt = await contexts.remove('/a', { by: { agent: 'ada' } })
    expect(receipt).toMatchObject({ path: '/a', contexts: 1, commit: expect.any(String) })
    await expect(contexts.get('/a')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
    expect(await pathsOf(contexts.list('/'))).toEqual(['/b'])
    expect(await collect(contexts.trash())).toMatchObject([{ path: '/a', reason: 'removed', by: { agent: 'ada' } }])
  })

  test('what lies below stays, unless everything is meant', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a', '/a/x', '/a/y/z', '/b')
    await contexts.remove('/a')
    expect(await pathsOf(contexts.list('/', { recursive: true }))).toEqual(['/a/x', '/a/y/z', '/b'])
    expect((await contexts.remove('/a', { recursive: true })).contexts).toBe(2)
    expect(await pathsOf(contexts.list('/', { recursive: true }))).toEqual(['/b'])
  })

  test('undelete brings back what was there, once', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a', '/a/x')
    await contexts.remove('/a', { recursive: true })
    expect((await contexts.undelete('/a')).contexts).toBe(1)
    expect((await contexts.get('/a')).body).toBe('/a')
    expect(await pathsOf(contexts.trash('/a'))).toEqual(['/a/x'])
    expect((await contexts.undelete('/a', { recursive: true })).contexts).toBe(1)
    expect(await collect(contexts.trash())).toEqual([])
  })

  test('writing where something was removed begins anew', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'old', tags: ['t'] })
    await contexts.remove('/a')
    await contexts.put('/a', { fields: { x: 1 } }, { ifAbsent: true })
    expect(await contexts.get('/a')).toMatchObject({ body: '', fields: { x: 1 }, tags: [] })
    expect(await collect(contexts.trash())).toEqual([])
  })

  test('ifVersion refuses to remove what has changed', async () => {
    const contexts = await newContexts(open)
    const { version } = await contexts.put('/a', { body: 'one' })
    await contexts.put('/a', { body: 'two' })
    await expect(contexts.remove('/a', { ifVersion: version })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    expect((await contexts.get('/a')).body).toBe('two')
  })

  test('what is not there can be neither removed nor brought back', async () => {
    const contexts = await newContexts(open)
    await fill(contexts, '/b')
    for (const options of [{}, { recursive: true }]) {
      await expect(contexts.remove('/a', options)).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
      await expect(contexts.undelete('/b', options)).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
    }
  })

  test('a subtree that is too large for one commit goes in steps, which are told', async () => {
    const contexts = await newContexts(open)
    const items = Array.from({ length: 600 }, (_, index) => ({ put: { path: `/p/${index}`, body: 'x' } }))
    await contexts.batch(items, { atomic: false })
    const steps: object[] = []
    await contexts.remove('/p', { recursive: true, onProgress: (progress) => steps.push(progress) })
    expect(steps.length).toBeGreaterThan(1)
    expect(steps.at(-1)).toEqual({ done: 600, total: 600 })
    expect(await collect(contexts.list('/p'))).toEqual([])
  })
}
