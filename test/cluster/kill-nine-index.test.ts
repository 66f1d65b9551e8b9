import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openNode } from '@hcfs/node'
import { expect, onTestFinished, test } from 'vitest'

const WRITER = fileURLToPath(new URL('kill/indexed-writer.ts', import.meta.url))

/** The number of the last context that the writer acknowledged before it was killed. */
async function writeUntilKilled(dir: string, { from, count }: { from: number; count: number }): Promise<number> {
  const child = spawn(process.execPath, ['--conditions=hcfs-source', WRITER, dir, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const exit = once(child, 'exit')
  let last = from - 1
  for await (const line of createInterface({ input: child.stdout })) {
    last = Math.max(last, Number(line))
    if (last >= from + count) child.kill('SIGKILL')
  }
  expect((await exit)[1]).toBe('SIGKILL')
  return last
}

async function newDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hcfs-kill-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/*
 * Goal: a process that is killed while it indexes finds everything after its restart,
 * by words and by vectors.
 * Method: real processes, killed after more and more writes in one directory; then
 * every acknowledged context has to be among the answers for the word that it alone has.
 */
test('a process that is killed while it indexes finds everything after its restart', async () => {
  const dir = await newDirectory()
  let written = 0
  for (const count of [5, 60, 200]) written = (await writeUntilKilled(dir, { from: written, count })) + 1
  await using node = await openNode({ dir })
  const { token } = await node.contexts.put('/last', { body: 'now' })

  const missed: string[] = []
  for (let number = 0; number < written; number += 1) {
    for (const mode of ['text', 'vector'] as const) {
      const { hits } = await node.search({ text: `topic${number}`, mode, limit: 20, after: token, timeoutMs: 30_000 })
      if (!hits.some(({ path }) => path === `/n/${number}`)) missed.push(`${mode} ${number}`)
    }
  }

  expect(written).toBeGreaterThan(260)
  expect(missed).toEqual([])
  expect((await node.status()).search).toMatchObject({ state: 'following', behind: 0 })
}, 60_000)
