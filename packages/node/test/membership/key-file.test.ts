import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SeededRandom } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { readKeyFile, readOrCreateKeyFile, writeKeyFile } from '../../src/membership/key-file.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const SEED = new SeededRandom(1).bytes(32)

async function place(): Promise<{ folder: string; file: string }> {
  const folder = await temporaryDirectory()
  return { folder, file: join(folder, 'device.key') }
}

test('a key is made once, and read from then on', async () => {
  const { file, folder } = await place()
  const made = await readOrCreateKeyFile(file, new SeededRandom(1))
  expect(await readOrCreateKeyFile(file, new SeededRandom(2))).toEqual(Buffer.from(made))
  expect(await readdir(folder)).toEqual(['device.key'])
})

test('only its owner can read a new key', async (context) => {
  context.skip(process.platform === 'win32', 'Windows has no such modes')
  const { file } = await place()
  await writeKeyFile(file, SEED)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('no file is no key, and no error', async () => {
  expect(await readKeyFile((await place()).file)).toBeUndefined()
})

test('a key that is there is never replaced', async () => {
  const { file } = await place()
  await writeKeyFile(file, SEED)
  await expect(writeKeyFile(file, new SeededRandom(2).bytes(32))).rejects.toMatchObject({ code: 'EEXIST' })
  expect(new Uint8Array(await readFile(file))).toEqual(SEED)
})

test('a draft that a crash left behind is not in the way', async () => {
  const { file, folder } = await place()
  await writeFile(`${file}.new`, 'half')
  expect(await readOrCreateKeyFile(file, new SeededRandom(1))).toEqual(SEED)
  expect(await readdir(folder)).toEqual(['device.key'])
})

describe('a file that holds no key is refused by name, and left as it is', () => {
  test.each([0, 31, 33])('%i bytes', async (bytes) => {
    const { file } = await place()
    await writeFile(file, new Uint8Array(bytes), { mode: 0o600 })
    const damaged = { code: 'KEY_FILE_DAMAGED', details: { file, bytes }, message: expect.stringContaining(file) }
    await expect(readOrCreateKeyFile(file, new SeededRandom(1))).rejects.toMatchObject(damaged)
    expect((await stat(file)).size).toBe(bytes)
  })
})

describe('a key that others can read is refused, with what to do', () => {
  test.for([0o640, 0o604, 0o620, 0o666])('mode %i', async (mode, context) => {
    context.skip(process.platform === 'win32', 'Windows has no such modes')
    const { file } = await place()
    await writeKeyFile(file, SEED)
    await chmod(file, mode)
    const exposed = { code: 'KEY_FILE_EXPOSED', message: expect.stringContaining(`chmod 600 ${file}`) }
    await expect(readKeyFile(file)).rejects.toMatchObject(exposed)
  })
})
