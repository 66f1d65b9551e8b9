import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SystemRandom } from '@hcfs/core'
import type { TestContext } from 'vitest'
import { expect, onTestFinished, test } from 'vitest'
import { mountSmallDisk } from '../../../packages/node/test/storage/small-disk.ts'
import { temporaryDirectory } from '../http/temporary-directory.ts'
import { outcomeOf, runHcfs, spawnHcfs, startNode } from './hcfs-process.ts'

const MEBIBYTE = 1_048_576
const FILES = 40
/** Random digits, which no store can make much smaller. */
const FILE_BYTES = 300_000

async function nodeOnSmallDisk(context: TestContext) {
  const disk = mountSmallDisk(context, 8 * MEBIBYTE)
  const directory = join(disk.path, 'data')
  const { child } = await startNode(directory)
  const ended = outcomeOf(child)
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return { disk, directory, hcfs: (...args: string[]) => runHcfs(['--dir', directory, ...args]) }
}

async function folderOfFiles(): Promise<string> {
  const folder = join(await temporaryDirectory(), 'files')
  await mkdir(folder)
  const random = new SystemRandom()
  for (let index = 0; index < FILES; index += 1) {
    await writeFile(join(folder, `${index}.txt`), Buffer.from(random.bytes(FILE_BYTES / 2)).toString('hex'))
  }
  return folder
}

/*
 * Goal: who fills the disk is told so, by every command that writes; what was
 * acknowledged stays; and with room again the same node goes on.
 * Method: a disk of its own for the data directory, larger than the node, smaller than the files.
 */
test('a full disk is said to be full, loses nothing, and is written again when there is room', async (context) => {
  const { disk, directory, hcfs } = await nodeOnSmallDisk(context)
  const full = { code: 1, stdout: '', stderr: expect.stringContaining('STORAGE_FULL') }
  const folder = await folderOfFiles()
  expect(await hcfs('put', '/first', '--body', 'kept')).toMatchObject({ code: 0 })

  const stopped = await hcfs('import', folder, '--under', '/files')
  expect(stopped).toMatchObject({ ...full, stderr: expect.stringContaining('the same command goes on') })
  expect(await hcfs('put', '/second', join(folder, '0.txt'))).toMatchObject(full)
  const backup = await hcfs('backup', join(disk.path, 'copy'))
  expect(backup).toMatchObject({ ...full, stderr: expect.stringContaining(join(disk.path, 'copy')) })
  expect(await readdir(disk.path)).toEqual(['data'])
  expect(await hcfs('get', '/first', '--part', 'body')).toMatchObject({ code: 0, stdout: 'kept' })
  const kept = (await hcfs('ls', '/files', '--json')).stdout

  disk.resize(128 * MEBIBYTE)
  expect(await hcfs('put', '/second', '--body', 'there is room')).toMatchObject({ code: 0 })
  expect((await hcfs('ls', '/files', '--json')).stdout).toBe(kept)
  expect(await hcfs('import', folder, '--under', '/files')).toMatchObject({ code: 0 })
  expect((await hcfs('ls', '/files', '--json')).stdout.trim().split('\n')).toHaveLength(FILES)
  expect(await hcfs('verify')).toMatchObject({ code: 0 })
  expect(await outcomeOf(spawnHcfs(['stop', '--dir', directory]))).toMatchObject({ code: 0 })
}, 120_000)
