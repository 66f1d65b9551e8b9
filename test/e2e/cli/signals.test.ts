import { once } from 'node:events'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { outcomeOf, runHcfs, spawnHcfs, startNode } from './hcfs-process.ts'

const STOP_MS_MAX = 5_000

async function newDirectory(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hcfs-e2e-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, '.hcfs')
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s stops a node cleanly within 5 s, also while somebody watches',
  async (signal) => {
    const directory = await newDirectory()
    const { child } = await startNode(directory)
    const watcher = spawnHcfs(['watch', '--dir', directory])
    const watched = outcomeOf(watcher)
    await once(watcher.stderr!, 'data')

    const ended = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MS_MAX) })
    child.kill(signal)
    expect(await ended).toEqual([0, null])
    expect((await watched).code).toBe(5)
  }
)

test('a node that runs in the background is stopped by hcfs stop, and what was written is there at the next start', async () => {
  const directory = await newDirectory()
  const started = await runHcfs(['start', '--background', '--json', '--dir', directory])
  expect(JSON.parse(started.stdout)).toMatchObject({ ready: true })
  expect((await runHcfs(['put', '/a', '--body', 'kept', '--dir', directory])).code).toBe(0)
  expect(await runHcfs(['stop', '--dir', directory])).toMatchObject({ code: 0, stderr: '' })
  expect((await runHcfs(['get', '/a', '--dir', directory])).code).toBe(5)

  const { child } = await startNode(directory)
  expect((await runHcfs(['get', '/a', '--part', 'body', '--dir', directory])).stdout).toBe('kept')
  child.kill('SIGTERM')
  await once(child, 'exit')
})

test('a background start that fails says why', async () => {
  const directory = await newDirectory()
  await writeFile(directory, 'a file')
  const { code, stderr } = await runHcfs(['start', '--background', '--dir', directory])
  expect(code).toBe(2)
  expect(stderr).toContain('DIRECTORY_INVALID')
})

test('a damaged store keeps the node from starting, and the message names the directory', async () => {
  const directory = await newDirectory()
  const { child } = await startNode(directory)
  child.kill('SIGTERM')
  await once(child, 'exit')
  await truncate(join(directory, 'store', 'CURRENT'), 0)
  const { code, stdout, stderr } = await runHcfs(['start', '--json', '--dir', directory])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ code: 'STORAGE_CORRUPT' })
})
