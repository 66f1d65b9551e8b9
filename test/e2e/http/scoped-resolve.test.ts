import { expect, test } from 'vitest'
import { serveNetwork } from './network-node.ts'

async function servedTree() {
  const served = await serveNetwork()
  await served.node.contexts.put('/', { body: 'Docking rules of all.', fields: { secret: 1 } })
  await served.node.contexts.put('/a', { body: 'Docking at a.', fields: { open: 1 } })
  const { token } = await served.node.contexts.put('/a/b', { body: 'Docking at b.' })
  const { key } = await served.key({ role: 'read', under: '/a' })
  const json = async (target: string, body?: object) => {
    const sent = body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'hcfs-after': token }
    }
    const answer = await served.ask(target, { key, ...sent })
    return JSON.parse(await answer.text())
  }
  return { json }
}

test('a key inherits nothing from above the subtree that it reaches', async () => {
  const { json } = await servedTree()
  expect(await json('/v1/resolve/a/b')).toMatchObject({
    fields: { open: 1 },
    chain: [{ path: '/a' }, { path: '/a/b' }]
  })
  expect(await json('/v1/resolve/a/b?blame=keys&top=/a/b')).toMatchObject({ fields: {} })
  expect(await json('/v1/resolve/a/b?top=/')).toMatchObject({ code: 'KEY_SCOPE_EXCEEDED' })
})

test('a key finds nothing above the subtree that it reaches', async () => {
  const { json } = await servedTree()
  const { hits } = await json('/v1/search', { text: 'docking', mode: 'text', effective: true, from: '/a/b' })
  expect(hits.map(({ path }: { path: string }) => path)).toEqual(['/a/b', '/a'])
})

test('a key for a part of the tree does not watch what stands above it', async () => {
  const { json } = await servedTree()
  expect(await json('/v1/changes?under=/a/b&effective=true')).toMatchObject({ code: 'KEY_SCOPE_EXCEEDED' })
})
