import { expect, test } from 'vitest'
import { harnessWithNode } from '../command-harness.ts'

test('reindex builds the index anew, and takes up an embedder that it then keeps in the settings', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'docking window')

  expect(await cli.json('reindex')).toEqual([{ chunks: 1, embedder: 'builtin/1' }])
  expect(await cli.json('reindex', '--embedder', 'builtin')).toEqual([{ chunks: 1, embedder: 'builtin/1' }])
  expect(await cli.json('config', 'get', 'embedder')).toEqual([{ name: 'embedder', value: '{"kind":"builtin"}' }])
})
