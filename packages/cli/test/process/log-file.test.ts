import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LogFile } from '../../src/process/log-file.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

async function logFile(options: { logFileBytesMax: number; logFilesKeptMax: number }) {
  const directory = await temporaryDirectory()
  const path = join(directory, 'log', 'node.log')
  return { path, directory: join(directory, 'log'), file: new LogFile(path, options) }
}

test('a full file is renamed and the oldest one deleted', async () => {
  const { path, directory, file } = await logFile({ logFileBytesMax: 10, logFilesKeptMax: 3 })
  for (const line of ['first', 'second', 'third', 'fourth', 'fifth']) file.write(line)
  expect((await readdir(directory)).sort()).toEqual(['node.log', 'node.log.1', 'node.log.2'])
  expect(await readFile(path, 'utf8')).toBe('fifth\n')
  expect(await readFile(`${path}.2`, 'utf8')).toBe('third\n')
})

test('one file is kept when one is asked for', async () => {
  const { path, directory, file } = await logFile({ logFileBytesMax: 4, logFilesKeptMax: 1 })
  for (const line of ['first', 'second']) file.write(line)
  expect(await readdir(directory)).toEqual(['node.log'])
  expect(await readFile(path, 'utf8')).toBe('second\n')
})

test('a file that was begun before goes on', async () => {
  const { path, file } = await logFile({ logFileBytesMax: 14, logFilesKeptMax: 2 })
  file.write('first')
  new LogFile(path, { logFileBytesMax: 14, logFilesKeptMax: 2 }).write('second')
  expect(await readFile(path, 'utf8')).toBe('first\nsecond\n')
})
