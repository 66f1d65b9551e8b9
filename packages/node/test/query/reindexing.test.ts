import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReindexProgress } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HcfsNode, OpenNodeOptions } from '../../src/index.ts'
import { openNode } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const SOON = { limits: { indexStartPauseMs: 0, indexRetryPauseMsMax: 50 } }

async function openedNode(options: OpenNodeOptions): Promise<HcfsNode> {
  const node = await openNode({ ...options, ...SOON })
  onTestFinished(() => node.close())
  return node
}

/** An embedder that writes down what it is asked for, and answers once its gate is there. */
async function gatedEmbedder() {
  const directory = await temporaryDirectory()
  const [module, gate, log] = ['embedder.mjs', 'gate', 'log'].map((name) => join(directory, name)) as [
    string,
    string,
    string
  ]
  await writeFile(log, '')
  await writeFile(
    module,
    `import { appendFileSync, existsSync } from 'node:fs'
    const embed = async (texts, { purpose } = {}) => {
      if (purpose !== 'query') for (const text of texts) appendFileSync(${JSON.stringify(log)}, text + '\\n')
      while (purpose !== 'query' && !existsSync(${JSON.stringify(gate)})) await new Promise((go) => setTimeout(go, 2))
      return texts.map((text) => [text.includes('apple') ? 1 : 0.01, text.includes('pear') ? 1 : 0.01])
    }
    export const createEmbedder = () => ({ id: 'gated', digest: 'gated/1', dimensions: 2, maxInputTokens: 99, embed })`
  )
  const asked = async () => (await readFile(log, 'utf8')).trim().split('\n')
  return { embedder: { kind: 'custom', module }, open: () => writeFile(gate, ''), asked }
}

async function vectorHits(node: HcfsNode, text: string): Promise<string[]> {
  const { hits } = await node.search({ text, mode: 'vector' })
  return hits.map(({ path }) => path)
}

async function indexed(node: HcfsNode, path: string, body: string): Promise<void> {
  const { token } = await node.contexts.put(path, { body })
  await node.search({ text: body, after: token })
}

describe('another embedder', () => {
  test('takes over when all of its vectors are there; those of the one before answer until then', async () => {
    const node = await openedNode({ dir: await temporaryDirectory() })
    await indexed(node, '/fruit', 'apple')
    const { embedder, open, asked } = await gatedEmbedder()
    const seen: ReindexProgress[] = []
    const reindexed = node.reindex({ embedder, onProgress: (progress) => seen.push(progress) })

    await expect.poll(asked).toEqual(['apple'])
    expect(await vectorHits(node, 'aple')).toEqual(['/fruit'])
    expect((await node.status()).search?.vectors?.embedder).toBe('builtin/1')
    await open()

    expect(await reindexed).toEqual({ chunks: 1, embedder: 'gated' })
    expect((await node.status()).search?.vectors).toMatchObject({ embedder: 'gated', chunks: 1, embedded: 1 })
    expect(await vectorHits(node, 'apple')).toEqual(['/fruit'])
    expect(seen.some(({ phase }) => phase === 'vectors')).toBe(true)
  })

  test('gets what is written while its vectors are being made', async () => {
    const node = await openedNode({ memory: true })
    await indexed(node, '/one', 'apple')
    const { embedder, open, asked } = await gatedEmbedder()
    const reindexed = node.reindex({ embedder })
    await expect.poll(asked).toEqual(['apple'])
    await node.contexts.put('/two', { body: 'pear' })
    await open()
    await reindexed
    await indexed(node, '/three', 'a third')

    expect((await vectorHits(node, 'pear'))[0]).toBe('/two')
  })

  test('goes on where it was when it is asked for again, and after the node was closed', async () => {
    const dir = await temporaryDirectory()
    const { embedder, open, asked } = await gatedEmbedder()
    const node = await openedNode({ dir })
    await indexed(node, '/one', 'apple')
    const stopping = new AbortController()
    const first = node.reindex({ embedder, signal: stopping.signal })
    await expect.poll(asked).toEqual(['apple'])
    await open()
    stopping.abort()
    await first.catch(() => {})
    await node.reindex({ embedder })
    await node.close()

    const again = await openedNode({ dir, search: { embedder: embedder as { kind: 'custom'; module: string } } })
    await indexed(again, '/two', 'pear')

    expect(await asked()).toEqual(['apple', 'pear'])
    expect((await vectorHits(again, 'apple'))[0]).toBe('/one')
  })

  test('is refused while another one is being taken up, and when it cannot be had', async () => {
    const node = await openedNode({ memory: true })
    await indexed(node, '/one', 'apple')
    const { embedder, open, asked } = await gatedEmbedder()
    const first = node.reindex({ embedder })
    await expect.poll(asked).toEqual(['apple'])

    await expect(node.reindex()).rejects.toMatchObject({ code: 'REINDEX_RUNNING' })
    await open()
    await first

    await expect(node.reindex({ embedder: { kind: 'crystal' } })).rejects.toMatchObject({ code: 'EMBEDDER_INVALID' })
    expect(await vectorHits(node, 'apple')).toEqual(['/one'])
  })

  test('is refused by a node that searches by words alone', async () => {
    const node = await openedNode({ memory: true, search: { vectors: false } })

    await expect(node.reindex({ embedder: { kind: 'builtin' } })).rejects.toMatchObject({ code: 'SEARCH_OFF' })
  })
})

test.each(['on disk', 'in memory'])('an index %s that is built anew finds everything again', async (where) => {
  const node = await openedNode(where === 'on disk' ? { dir: await temporaryDirectory() } : { memory: true })
  await indexed(node, '/one', 'apple')
  const seen: ReindexProgress[] = []

  expect(await node.reindex({ onProgress: (progress) => seen.push(progress) })).toEqual({
    chunks: 1,
    embedder: 'builtin/1'
  })
  expect(await vectorHits(node, 'aple')).toEqual(['/one'])
  expect(seen[0]?.phase).toBe('words')
})

test('a node that is closed ends building its index anew', async () => {
  const node = await openedNode({ memory: true })
  await indexed(node, '/one', 'apple')
  const { embedder, open, asked } = await gatedEmbedder()
  const reindexed = node.reindex({ embedder })
  await expect.poll(asked).toEqual(['apple'])
  const closed = node.close()
  await open()

  await expect(reindexed).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
  await closed
})
