import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { connect } from '@hcfs/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../http/temporary-directory.ts'
import { eventually, openEditor, synced } from './live-node.ts'

async function startNode(dir: string, port: string): Promise<{ child: ChildProcess; url: string }> {
  const program = join(import.meta.dirname, 'live-node-process.ts')
  const child = spawn(process.execPath, ['--conditions=hcfs-source', program, dir, port], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout!, 'data')
  return { child, url: String(line).trim() }
}

test('a node that is killed while an editor types loses and doubles nothing', async () => {
  const dir = await temporaryDirectory()
  let { child, url } = await startNode(dir, '0')
  const { port } = new URL(url)
  const editors = [0, 1].map(() => openEditor({ socketUrl: url.replace('http', 'ws') }, '/a'))
  await synced(...editors)
  let typed = 0
  for (let round = 0; round < 3; round += 1) {
    for (const { text } of editors) for (let index = 0; index < 5; index += 1) text.insert(text.length, `<${typed++}>`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    for (const { text } of editors) text.insert(0, `<${typed++}>`)
    ;({ child, url } = await startNode(dir, port))
    await synced(...editors)
  }
  await using client = await connect({ url })
  await eventually(async () => {
    const { body } = await client.contexts.get('/a')
    expect(editors.map(({ text }) => text.toString())).toEqual([body, body])
    const found = [...body.matchAll(/<(\d+)>/g)].map(([, number]) => Number(number))
    expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: typed }, (_, index) => index))
  })
})
