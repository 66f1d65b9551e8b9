import type { CommitId } from '@hcfs/core'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'

async function newNode(): Promise<HcfsNode> {
  const node = await openNode({ memory: true, search: false })
  onTestFinished(() => node.close())
  return node
}

async function commitOf(node: HcfsNode, path: string, key: string): Promise<CommitId | undefined> {
  const { blame } = await node.contexts.resolve(path, { blame: 'keys' })
  return blame[key]?.from.at(-1)?.commit
}

test('a section is blamed on the newest write that still is a part of it', async () => {
  const node = await newNode()
  const { contexts } = node
  await contexts.put('/a', { body: '# One\nalpha\n# Two\nbeta\n', meta: { inherit: { body: 'merge' } } })
  const { commit } = await contexts.put(
    '/a',
    { body: '# One\nalpha\n# Two\nbeta, and gamma\n' },
    { by: { agent: 'bob' } }
  )
  const { blame } = await contexts.resolve('/a', { blame: 'keys' })
  expect(blame['#Two']?.from[0]).toMatchObject({ commit, by: { agent: 'bob' } })
  expect(await commitOf(node, '/a', '#One')).not.toBe(commit)
})

test('the version and the paths of a blame by keys are those of the blame by contexts', async () => {
  const { contexts } = await newNode()
  await contexts.put('/', { fields: { x: 1 }, tags: ['a'] })
  await contexts.put('/a', { fields: { x: 2 }, links: [{ to: '/', rel: 'up' }] })
  const plain = await contexts.resolve('/a')
  const keyed = await contexts.resolve('/a', { blame: 'keys' })
  const placesOf = (blame: typeof plain.blame) =>
    Object.entries(blame).map(([key, { from, shadowed }]) => [
      key,
      [...from, ...shadowed].map(({ path, version }) => [path, version])
    ])
  expect(placesOf(keyed.blame)).toEqual(placesOf(plain.blame))
  expect(keyed).toMatchObject({ ...plain, blame: expect.anything() })
})

test('what was moved is blamed on the move', async () => {
  const { contexts } = await newNode()
  await contexts.put('/a', { fields: { x: 1 } })
  const { commit } = await contexts.move('/a', '/b')
  const { blame } = await contexts.resolve('/b', { blame: 'keys' })
  expect(blame['/x']?.from[0]?.commit).toBe(commit)
})

/*
 * Goal: a field is blamed on the write that gave it its value, however many came before and after it.
 * Method: random puts and edits of two contexts; the oracle remembers who changed which key last.
 */
test('each field is blamed on the last write that changed it', async () => {
  const step = fc.record({
    path: fc.constantFrom('/a', '/a/b'),
    key: fc.constantFrom('x', 'y'),
    value: fc.integer({ min: 0, max: 2 }),
    isPut: fc.boolean()
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      await using node = await openNode({ memory: true, search: false })
      const changed = new Map<string, CommitId | undefined>()
      for (const path of ['/a', '/a/b']) await node.contexts.put(path, { body: path })
      for (const { path, key, value, isPut } of steps) {
        const { fields } = await node.contexts.get(path)
        const written = isPut
          ? await node.contexts.put(path, { fields: { ...fields, [key]: value } })
          : await node.contexts.edit(path, (draft) => draft.fields.set(key, value))
        if (fields[key] !== value || !isPut)
          changed.set(`${path} ${key}`, written.commit ?? changed.get(`${path} ${key}`))
      }
      const { blame } = await node.contexts.resolve('/a/b', { blame: 'keys' })
      for (const [pointer, { from, shadowed }] of Object.entries(blame)) {
        if (!pointer.startsWith('/')) continue
        for (const { path, commit } of [...from, ...shadowed])
          expect(commit).toBe(changed.get(`${path} ${pointer.slice(1)}`))
      }
    }),
    { numRuns: 40 }
  )
})
