import type { SearchRequest } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HcfsNode, OpenNodeOptions } from '../../src/index.ts'
import { openNode } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

async function nodeWith(
  contexts: Readonly<Record<string, string>>,
  options: OpenNodeOptions = { memory: true }
): Promise<{ node: HcfsNode; found: (request: SearchRequest | string) => Promise<string[]> }> {
  const node = await openNode(options)
  onTestFinished(() => node.close())
  for (const [path, body] of Object.entries(contexts)) await node.contexts.put(path, { body })
  return { node, found: (request) => pathsFound(node, request) }
}

/** What a search finds once the index shows everything that was written. */
async function pathsFound(node: HcfsNode, request: SearchRequest | string): Promise<string[]> {
  const { token } = await node.contexts.put('/marker', { body: 'tick' })
  const asked = typeof request === 'string' ? { text: request } : request
  const { hits } = await node.search({ after: token, ...asked })
  return hits.map(({ path }) => path)
}

async function timeOfNextWrite(node: HcfsNode): Promise<number> {
  await node.contexts.put('/marker', { body: 'tick' })
  return Date.parse((await node.contexts.get('/marker')).updatedAt)
}

const NOTES = {
  '/projects/apollo/window': 'The docking window moved to Tuesday, because a reboost shakes the port.',
  '/projects/apollo/glare': 'Sun glare blinds the approach camera.',
  '/home/bread': 'Rye bread needs flour, water and sourdough.'
}

describe('a search', () => {
  test('finds what was written, by words and by their parts', async () => {
    const { found } = await nodeWith(NOTES)

    expect((await found('when does the docking happen'))[0]).toBe('/projects/apollo/window')
    expect((await found({ text: 'sourdogh', mode: 'vector' }))[0]).toBe('/home/bread')
    expect(await found({ text: 'camera', mode: 'text' })).toEqual(['/projects/apollo/glare'])
  })

  test('shows where and why a context was found', async () => {
    const { node } = await nodeWith(NOTES)
    const { token } = await node.contexts.put('/a', { body: 'x', meta: { title: 'Docking notes' }, tags: ['docking'] })

    const { hits } = await node.search({ text: 'docking window', after: token })

    const [hit] = hits
    expect(hit?.snippet.slice(...(hit.highlights[0] ?? [0, 0]))).toBe('docking')
    expect(hit).toMatchObject({ path: '/projects/apollo/window', chunk: { part: 'body', start: 0 }, confidence: 1 })
    expect(hit?.parts).toMatchObject({ textRank: 1, vectorRank: 1 })
    expect(hits[1]).toMatchObject({ path: '/a', title: 'Docking notes', tags: ['docking'] })
  })

  test('keeps to filters, whether the query or the request names them', async () => {
    const { node, found } = await nodeWith(NOTES)
    await node.contexts.put('/task', { body: 'docking drill', tags: ['drill'], fields: { status: 'open' } })

    expect(await found('docking tag:drill')).toEqual(['/task'])
    expect(await found('docking field.status:open')).toEqual(['/task'])
    expect(await found({ text: 'docking', fields: { '/status': 'open' } })).toEqual(['/task'])
    expect(await found({ text: 'docking', under: '/projects' })).toEqual(['/projects/apollo/window'])
    expect(await found({ text: 'docking -drill', mode: 'vector' })).toEqual(['/projects/apollo/window'])
  })

  test('no longer finds what was removed, changed or has expired', async () => {
    const { node, found } = await nodeWith(NOTES)
    await node.contexts.remove('/home/bread')
    await node.contexts.put('/projects/apollo/glare', { body: 'Rain on the window.' })
    await node.contexts.put('/soon', { body: 'sourdough', meta: { expires: '2020-01-01T00:00:00Z' } })

    expect(await found('sourdough flour')).toEqual([])
    expect(await found({ text: 'camera', mode: 'text' })).toEqual([])
    expect(await found({ text: 'rain', mode: 'text' })).toEqual(['/projects/apollo/glare'])
  })

  test('of the past answers from what was there then', async () => {
    const { node, found } = await nodeWith(NOTES)
    const before = new Date((await node.contexts.get('/home/bread')).updatedAt)
    await expect.poll(() => timeOfNextWrite(node)).toBeGreaterThan(before.getTime())
    await node.contexts.remove('/home/bread')
    await node.contexts.put('/later', { body: 'sourdough starter' })

    expect(await found({ text: 'sourdough', at: before })).toEqual(['/home/bread'])
    expect((await found('sourdough'))[0]).toBe('/later')
  })

  test('says what is wrong with a query, and where', async () => {
    const { node } = await nodeWith({})

    await expect(node.search({ text: 'docking tag:' })).rejects.toMatchObject({ code: 'QUERY_INVALID' })
    await expect(node.search({ text: 'x', limit: 0 })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(node.search({ text: 'x', under: 'no/slash' })).rejects.toMatchObject({ code: 'PATH_INVALID' })
  })

  test('takes every character of a literal query as something to look for', async () => {
    const { found } = await nodeWith({ '/cpp': 'C++ (tag:x) "quoted', ...NOTES })

    expect(await found({ text: 'tag:x "quoted', literal: true, mode: 'text' })).toEqual(['/cpp'])
  })

  test('is refused by a node that was opened without', async () => {
    const { node } = await nodeWith({}, { memory: true, search: false })

    await expect(node.search({ text: 'x' })).rejects.toMatchObject({ code: 'SEARCH_OFF' })
  })

  test('by words alone needs no vectors', async () => {
    const { found, node } = await nodeWith(NOTES, { memory: true, search: { vectors: false } })

    expect(await found('docking')).toEqual(['/projects/apollo/window'])
    expect((await node.status()).search).not.toHaveProperty('vectors')
  })
})

describe('the index of a node', () => {
  test('is there again after a restart, and takes in what was written meanwhile', async () => {
    const dir = await temporaryDirectory()
    const first = await openNode({ dir })
    await first.contexts.put('/a', { body: 'docking window' })
    await pathsFound(first, 'docking')
    await first.close()
    const unindexed = await openNode({ dir, search: false })
    await unindexed.contexts.put('/b', { body: 'docking port' })
    await unindexed.close()

    const { found } = await nodeWith({}, { dir })

    expect((await found('docking')).toSorted()).toEqual(['/a', '/b'])
  })

  test('is built anew when its file is damaged', async () => {
    const dir = await temporaryDirectory()
    const first = await openNode({ dir })
    await first.contexts.put('/a', { body: 'docking window' })
    await pathsFound(first, 'docking')
    await first.close()
    const { writeFile } = await import('node:fs/promises')
    await writeFile(`${dir}/index/index.db`, 'this is not a database, whatever its name says')

    const { found } = await nodeWith({}, { dir })

    expect(await found('docking')).toEqual(['/a'])
  })
})
