import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { newContexts } from './node-place.ts'

const LONG_AGO = new Date('2001-01-01T00:00:00Z')
const LATER = new Date('2101-01-01T00:00:00Z')

export function describeGet(open: OpenApi): void {
  test('a context says which version it is, and whose', async () => {
    const contexts = await newContexts(open)
    const { version } = await contexts.put('/a', { body: 'one' })
    const context = await contexts.get('/a')
    expect(context).toMatchObject({ version, author: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(new Date(context.updatedAt).toISOString()).toBe(context.updatedAt)
  })

  test('nobody can change what was read', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { fields: { list: [1, { x: 1 }] }, tags: ['t'] })
    const { fields, tags } = await contexts.get<{ list: [number, { x: number }] }>('/a')
    expect([fields, fields.list, fields.list[1], tags].every(Object.isFrozen)).toBe(true)
  })

  test('what is not there is not found', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a/b', { body: 'only below' })
    for (const path of ['/a', '/a/b/c', '/']) {
      await expect(contexts.get(path)).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND', details: { path } })
    }
  })

  test('a past version is read as it was', async () => {
    const contexts = await newContexts(open)
    const first = await contexts.put('/a', { body: 'one' }, { by: { agent: 'ada' } })
    await contexts.put('/a', { body: 'two' }, { by: { agent: 'bob' } })
    expect(await contexts.get('/a', { at: first.version })).toMatchObject({
      body: 'one',
      version: first.version,
      by: { agent: 'ada' }
    })
  })

  test('a time is read as everything dated up to then', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'one' })
    const { updatedAt } = await contexts.put('/a', { body: 'two' }).then(() => contexts.get('/a'))
    expect((await contexts.get('/a', { at: new Date(updatedAt) })).body).toBe('two')
    expect((await contexts.get('/a', { at: LATER })).body).toBe('two')
    await expect(contexts.get('/a', { at: LONG_AGO })).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' })
  })

  test('a version that no such context ever had is refused', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', { body: 'one' })
    const unknown = contexts.get('/a', { at: 'ab'.repeat(32) })
    await expect(unknown).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' })
    await expect(contexts.get('/a', { at: 'ab' })).rejects.toMatchObject({ code: 'VERSION_INVALID' })
  })
}
