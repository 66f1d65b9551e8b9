import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connect } from '@hcfs/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../e2e/http/temporary-directory.ts'

const script = fileURLToPath(new URL('../../scripts/cluster.mjs', import.meta.url))

interface ReadyCluster {
  readonly ready: true
  readonly nodes: readonly { readonly name: string; readonly pid: number; readonly dir: string }[]
}

function runScript(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, HCFS_FROM_SOURCE: '1' },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  onTestFinished(async () => {
    await stop(child)
  })
  return child
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'close')
  child.kill('SIGTERM')
  const [code] = await ended
  return code
}

async function readyLineOf(child: ChildProcess): Promise<ReadyCluster> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line)
  throw new Error('The script ended before its nodes were healthy')
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('three services of the compose file run as processes of one network, and end together', async () => {
  const directory = await temporaryDirectory()
  const child = runScript('3', '--json', '--dir', directory)
  const { nodes } = await readyLineOf(child)
  expect(nodes.map(({ name }) => name)).toEqual(['node1', 'node2', 'node3'])

  const [first, last] = [await connect({ dir: nodes[0]!.dir }), await connect({ dir: nodes[2]!.dir })]
  const receipt = await first.contexts.put('/hello', { body: 'to all' })
  await receipt.replicated({ copies: 3, timeoutMs: 60_000 })
  expect(await last.contexts.get('/hello')).toMatchObject({ body: 'to all' })
  await Promise.all([first.close(), last.close()])

  expect(await stop(child)).toBe(0)
  expect(nodes.filter(({ pid }) => isRunning(pid))).toEqual([])
  expect(await readFile(join(directory, 'node1.log'), 'utf8')).toContain('"ready":true')
}, 180_000)

test.each(['0', '6', 'many'])('%s is no number of nodes, and says so', async (count) => {
  const child = runScript(count, '--dir', await temporaryDirectory())
  let complaint = ''
  child.stderr?.on('data', (chunk) => {
    complaint += chunk
  })
  const [code] = await once(child, 'close')
  expect([code, complaint]).toEqual([1, expect.stringContaining('from 1 to 5')])
})
