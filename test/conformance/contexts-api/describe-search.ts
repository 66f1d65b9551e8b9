import type { NodeApi, SearchRequest } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { failureOf } from './node-place.ts'

/** Opens a node, embedded or from far away, that nobody has used yet. */
export type OpenSearchable = () => Promise<Pick<NodeApi, 'contexts' | 'search' | 'status' | 'close'>>

async function searchable(open: OpenSearchable) {
  const node = await open()
  onTestFinished(() => node.close())
  const { contexts } = node
  await contexts.put('/notes/window', { body: 'The docking window moved.', tags: ['iss'], fields: { status: 'open' } })
  await contexts.put('/notes/glare', { body: 'Sun glare blinds the camera.', meta: { title: 'Docking and glare' } })
  const { token } = await contexts.put('/bread', { body: 'Rye bread.' }, { by: { agent: 'baker' } })
  const found = async (request: SearchRequest): Promise<string[]> => {
    const { hits } = await node.search({ mode: 'text', after: token, ...request })
    return hits.map(({ path }) => path)
  }
  return { node, token, found }
}

async function timeOfWrite({ contexts }: Pick<NodeApi, 'contexts'>): Promise<number> {
  await contexts.put('/tick', { body: 'tick' })
  return Date.parse((await contexts.get('/tick')).updatedAt)
}

export function describeSearch(open: OpenSearchable): void {
  test('an answer says what was found, where, why, and of how much', async () => {
    const { node, token } = await searchable(open)
    const answer = await node.search({ text: 'docking window', after: token })

    expect(answer).toMatchObject({ coverage: { share: 1, behind: 0, cells: { asked: 1, answered: 1 } }, warnings: [] })
    expect(answer.hits[0]).toMatchObject({
      path: '/notes/window',
      snippet: 'The docking window moved.',
      chunk: { part: 'body', start: 0, end: 25 },
      parts: { textRank: 1, vectorRank: 1 },
      tags: ['iss']
    })
    expect(answer.hits[0]?.highlights).toContainEqual([4, 11])
    expect(answer.hits[0]?.updatedAt).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  test('filters of the request hold', async () => {
    const { found } = await searchable(open)

    expect(await found({ text: 'docking', tag: 'iss' })).toEqual(['/notes/window'])
    expect(await found({ text: 'docking', fields: { '/status': 'open' } })).toEqual(['/notes/window'])
    expect(await found({ text: 'bread', agent: 'baker' })).toEqual(['/bread'])
    expect(await found({ text: 'bread', agent: 'somebody' })).toEqual([])
    expect(await found({ text: 'bread', under: '/notes' })).toEqual([])
    expect(await found({ text: 'docking', limit: 1 })).toHaveLength(1)
    expect(await found({ text: 'bread', updatedAfter: new Date('2020-01-01') })).toEqual(['/bread'])
    expect(await found({ text: 'bread', updatedBefore: new Date('2020-01-01') })).toEqual([])
  })

  test('an effective search looks at and below a path and in the contexts above it, which count less', async () => {
    const { node, found } = await searchable(open)
    const body = 'The docking port is closed.'
    for (const path of ['/', '/ships', '/ships/eagle', '/ships/eagle/log', '/ships/other']) {
      await node.contexts.put(path, { body, meta: { kind: 'port' } })
    }
    const { token } = await node.contexts.put('/tick', { body: 'tick' })
    const request = { text: 'docking port', kind: 'port', effective: true, from: '/ships/eagle', after: token }

    expect((await found(request)).slice(0, 2).sort()).toEqual(['/ships/eagle', '/ships/eagle/log'])
    expect((await found(request)).slice(2)).toEqual(['/ships', '/'])
    expect(await found({ ...request, limit: 3 })).toHaveLength(3)
    expect(await failureOf(() => node.search({ text: 'x', effective: true }))).toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('a search of the past shows what was there then', async () => {
    const { node, found } = await searchable(open)
    const at = new Date((await node.contexts.get('/bread')).updatedAt)
    await expect.poll(() => timeOfWrite(node)).toBeGreaterThan(at.getTime())
    await node.contexts.remove('/bread')

    expect(await found({ text: 'bread', at })).toEqual(['/bread'])
  })

  test('what is wrong with a search has a code, and the place of the mistake', async () => {
    const { node } = await searchable(open)

    expect(await failureOf(() => node.search({ text: 'docking tag:' }))).toMatchObject({
      code: 'QUERY_INVALID',
      details: { at: 12 }
    })
    expect(await failureOf(() => node.search({ text: 'x', limit: 0 }))).toMatchObject({ code: 'BAD_REQUEST' })
    expect(await failureOf(() => node.search({ text: 'x', under: 'x' }))).toMatchObject({ code: 'PATH_INVALID' })
    expect(await failureOf(() => node.search({ text: 'x', after: 'x' }))).toMatchObject({ code: 'TOKEN_INVALID' })
  })

  test('status says how far the index is', async () => {
    const { node, found } = await searchable(open)
    await found({ text: 'docking' })

    expect((await node.status()).search).toEqual({
      state: 'following',
      behind: 0,
      vectors: { embedder: 'builtin/1', isSettled: true, chunks: 4, embedded: 4 }
    })
  })
}
