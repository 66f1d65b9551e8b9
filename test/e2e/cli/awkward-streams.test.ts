import { once } from 'node:events'
import { openSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeForFile, outcomeOf, runHcfs, spawnHcfs } from './hcfs-process.ts'

/* What a shell puts around a command: pipes that end early, streams that are closed, files that refuse. */

const node = nodeForFile()

async function hcfs(...args: string[]) {
  return runHcfs(['--dir', node.directory, ...args])
}

test('a reader that has seen enough is no failure', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join('')
  expect(await runHcfs(['--dir', node.directory, 'put', '/long', '-'], { input: lines })).toMatchObject({ code: 0 })
  const child = spawnHcfs(['get', '/long', '--part', 'body', '--dir', node.directory])
  const ended = outcomeOf(child)
  await once(child.stdout!, 'data')
  child.stdout!.destroy()
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
})

test('an output that takes nothing is told in one line', async (context) => {
  context.skip(process.platform !== 'linux', 'only Linux has /dev/full')
  await hcfs('put', '/a', '--body', 'x')
  const child = spawnHcfs(['ls', '/', '--dir', node.directory], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe']
  })
  const { code, stderr } = await outcomeOf(child)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: Standard output does not take the result: .*\n$/)
})

test('a file that may not be read is refused by name', async (context) => {
  context.skip(process.getuid?.() === 0, 'nothing is refused to root')
  const file = join(node.folder, 'secret.txt')
  await writeFile(file, 'secret')
  await chmod(file, 0)
  expect(await hcfs('put', '/a', file)).toMatchObject({ code: 6, stderr: expect.stringContaining(file) })
})
