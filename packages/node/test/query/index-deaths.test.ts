import { open, stat } from 'node:fs/promises'
import type { Worker } from 'node:worker_threads'
import type { Logger } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/index.ts'
import { openNode } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** Keeps hold of the threads that are started from now on. */
function threadsStarted(): Worker[] {
  const threads: Worker[] = []
  const remember = (thread: Worker): void => void threads.push(thread)
  process.on('worker', remember)
  onTestFinished(() => void process.off('worker', remember))
  return threads
}

async function openedNode(dir: string): Promise<{ node: HcfsNode; warnings: string[] }> {
  const warnings: string[] = []
  const silent = (): void => {}
  const log: Logger = {
    debug: silent,
    info: silent,
    warn: (event) => void warnings.push(event),
    error: silent,
    child: () => log
  }
  const node = await openNode({ dir, log, limits: { indexRetryPauseMsMax: 100, indexStartPauseMs: 0 } })
  onTestFinished(() => node.close())
  return { node, warnings }
}

/** What is found, with all that was written so far. */
async function found(node: HcfsNode, text: string, mode: 'text' | 'vector' = 'text'): Promise<string[]> {
  const { token } = await node.contexts.put('/marker', { body: 'tick' })
  const { hits } = await node.search({ text, mode, after: token })
  return hits.map(({ path }) => path).toSorted()
}

/** Overwrites all of a file but its beginning. */
async function damage(file: string, from: number): Promise<void> {
  const { size } = await stat(file)
  const handle = await open(file, 'r+')
  try {
    await handle.write(Buffer.alloc(Math.max(0, size - from), 0xa5), 0, undefined, from)
  } finally {
    await handle.close()
  }
}

describe('a node', () => {
  test.each(['index', 'query', 'vector'])(
    'goes on when its %s thread dies, and finds everything again',
    async (name) => {
      const threads = threadsStarted()
      const { node } = await openedNode(await temporaryDirectory())
      await node.contexts.put('/a', { body: 'docking window' })
      expect(await found(node, 'docking')).toEqual(['/a'])

      // Only a thread that has nothing to do: interrupted native code would take the process with it.
      await expect.poll(async () => (await node.status()).search?.vectors?.isSettled).toBe(true)
      await threads.find(({ threadName }) => threadName === name)?.terminate()
      await node.contexts.put('/b', { body: 'docking port' })

      expect(await found(node, 'docking')).toEqual(['/a', '/b'])
      expect(await found(node, 'dockin', 'vector')).toEqual(['/a', '/b'])
      const vectors = { isSettled: true, chunks: 3, embedded: 3 }
      expect(await node.status()).toMatchObject({ search: { state: 'following', behind: 0, vectors } })
      expect(threads.length).toBeGreaterThan(3)
    }
  )

  test('builds an index anew that is found damaged while it runs', async () => {
    const threads = threadsStarted()
    const dir = await temporaryDirectory()
    const { node, warnings } = await openedNode(dir)
    await node.contexts.put('/a', { body: 'docking window' })
    expect(await found(node, 'docking')).toEqual(['/a'])

    await damage(`${dir}/index/index.db`, 100)
    await damage(`${dir}/index/index.db-wal`, 32)
    // What the threads have read they would not read again.
    await Promise.all(threads.map((thread) => thread.terminate()))
    await node.contexts.put('/b', { body: 'docking port' })

    expect(await found(node, 'docking')).toEqual(['/a', '/b'])
    expect(await found(node, 'dockin', 'vector')).toEqual(['/a', '/b'])
    expect(warnings).toContain('index-rebuilt')
  })
})
