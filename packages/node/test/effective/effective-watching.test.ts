import type { JsonObject, WatchedChange } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { openNode } from '../../src/open-node.ts'

/** A node, and what an effective watch of a path sees. */
async function watchedNode(path: string) {
  const node = await openNode({ memory: true, search: false })
  const ended = new AbortController()
  const seen: WatchedChange[] = []
  const options = { effective: true, values: true, signal: ended.signal }
  const watching = (async () => {
    for await (const each of node.contexts.watch(path, options)) seen.push(each)
  })()
  onTestFinished(async () => {
    ended.abort()
    await watching
    await node.close()
  })
  // Changes that come while another is being told are told as one, so tests wait for each.
  const sees = (fields: JsonObject) => expect.poll(() => seen.at(-1)?.after?.fields).toEqual(fields)
  return { contexts: node.contexts, seen, sees }
}

test('a change above that a nearer value hides is not told', async () => {
  const { contexts, seen, sees } = await watchedNode('/a/b')
  await contexts.put('/a/b', { fields: { x: 'near' } })
  await sees({ x: 'near' })
  await contexts.put('/', { fields: { x: 'far' } })
  await contexts.put('/elsewhere', { fields: { x: 'elsewhere' } })
  await contexts.put('/a', { fields: { y: 1 } })
  await sees({ x: 'near', y: 1 })
  expect(seen).toHaveLength(2)
})

test('removing a context above is told, with what was before and after it', async () => {
  const { contexts, seen, sees } = await watchedNode('/a/b')
  await contexts.put('/a', { fields: { x: 1 } })
  await sees({ x: 1 })
  await contexts.put('/a/b', { fields: { z: 1 } })
  await sees({ x: 1, z: 1 })
  await contexts.remove('/a')
  await sees({ z: 1 })
  expect(seen.at(-1)).toMatchObject({ path: '/a', kind: 'delete', before: { fields: { x: 1, z: 1 } } })
})

test('rules that contradict each other are told, and end no watch', async () => {
  const { contexts, seen, sees } = await watchedNode('/a/b')
  await contexts.put('/a', { fields: { x: 1 }, meta: { inherit: { '/x': 'lock' } } })
  await sees({ x: 1 })
  await contexts.put('/a/b', { meta: { inherit: { '/x': 'override' } } })
  await sees({})
  expect(seen.at(-1)).toMatchObject({ path: '/a/b', before: { fields: { x: 1 } } })
  await contexts.put('/a', { meta: {} })
  await sees({ x: 1 })
})
