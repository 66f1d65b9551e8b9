import { threadId } from 'node:worker_threads'
import { ManualClock, resolveNodeLimits, silentLogger } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { ThreadCompute } from '../../../src/compute/thread-compute.ts'
import { createChunker } from '../../../src/indexing/chunking/chunker.ts'
import { chunkSource } from './chunk-source.ts'
import type { ChunkerService } from './chunker-service.ts'

async function startChunker() {
  const compute = new ThreadCompute({ clock: new ManualClock(), log: silentLogger }, { limits: resolveNodeLimits({}) })
  const module = new URL('./chunker-service.ts', import.meta.url)
  const remote = await compute.start<ChunkerService>({ module, options: {}, name: 'chunker' })
  onTestFinished(() => remote.close())
  return remote
}

test('two threads load their own grammars at once, and cut as this one does', async () => {
  const remotes = await Promise.all([startChunker(), startChunker()])
  const body = '# One\n\n```ts\nexport const a = 1\n```\n\n# Two\n\ntext\n'
  const sources = ['/a.ts', '/a.md', '/a.py'].map((path) =>
    chunkSource({ path, body: path === '/a.md' ? body : 'a = 1\n' })
  )
  const chunker = await createChunker()

  for (const remote of remotes) {
    expect(await remote.call('thread', [])).not.toBe(threadId)
    for (const source of sources) expect(await remote.call('chunk', [source])).toEqual(chunker.chunk(source))
  }
})
