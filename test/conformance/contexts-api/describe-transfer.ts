import { parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { OpenApi } from './node-place.ts'
import { collect, fill, newContexts, pathsOf } from './node-place.ts'

const PARTS = {
  body: 'one',
  fields: { x: [1] },
  tags: ['t'],
  links: [{ to: parsePath('/elsewhere'), rel: 'about' }],
  meta: { title: 'One' }
}

export function describeTransfer(open: OpenApi): void {
  test('a moved context is at its new place whole, and no longer at the old one', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', PARTS)
    expect(await contexts.move('/a', '/b/c')).toMatchObject({ path: '/b/c', contexts: 1 })
    expect(await contexts.get('/b/c')).toMatchObject(PARTS)
    expect(await pathsOf(contexts.list('/', { recursive: true }))).toEqual(['/b/c'])
    expect(await collect(contexts.trash())).toMatchObject([{ path: '/a', reason: 'moved' }])
  })

  test('a copied context is at both places', async () => {
    const contexts = await newContexts(open)
    await contexts.put('/a', PARTS)
    await contexts.copy('/a', '/b')
    expect(await contexts.get('/a')).toMatchObject(PARTS)
    expect(await contexts.get('/b')).toMatchObject(PARTS)
  })

  test.each(['move', 'copy'] as const)('%s takes what lies below along, if everything is meant', async (action) => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a', '/a/x', '/a/y/z')
    expect((await contexts[action]('/a', '/b', { recursive: true })).contexts).toBe(3)
    expect(await pathsOf(contexts.list('/b', { recursive: true }))).toEqual(['/b/x', '/b/y/z'])
    expect((await contexts.get('/b/y/z')).body).toBe('/a/y/z')
    expect(await pathsOf(contexts.list('/a', { recursive: true }))).toEqual(action === 'move' ? [] : ['/a/x', '/a/y/z'])
  })

  test.each(['move', 'copy'] as const)('%s overwrites nothing', async (action) => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a', '/b')
    await expect(contexts[action]('/a', '/b')).rejects.toMatchObject({
      code: 'CONTEXT_EXISTS',
      details: { path: '/b' }
    })
    expect((await contexts.get('/b')).body).toBe('/b')
    expect((await contexts.get('/a')).body).toBe('/a')
  })

  test.each(['move', 'copy'] as const)('%s refuses places within each other, and what is not there', async (action) => {
    const contexts = await newContexts(open)
    await fill(contexts, '/a')
    await expect(contexts[action]('/a', '/a/b')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(contexts[action]('/nowhere', '/b')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
    await expect(contexts[action]('/a', 'b')).rejects.toMatchObject({ code: 'PATH_INVALID' })
  })
}
