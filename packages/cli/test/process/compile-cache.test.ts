import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'

const PROGRAM = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

test("What a command compiles is kept in a folder of the user's", async () => {
  const cache = await temporaryDirectory()
  await printVersion(cache)
  const [versionOfNode = ''] = await readdir(join(cache, 'hcfs', 'compiled'))
  expect(await readdir(join(cache, 'hcfs', 'compiled', versionOfNode))).not.toHaveLength(0)
})

test('Where nothing can be kept a command does its work all the same', async () => {
  const file = join(await temporaryDirectory(), 'not-a-folder')
  await writeFile(file, '')
  expect(await printVersion(file)).toMatch(/^\d+\.\d+\.\d+\n$/)
})

async function printVersion(cache: string): Promise<string> {
  const { NODE_COMPILE_CACHE: _, NODE_DISABLE_COMPILE_CACHE: __, ...variables } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=hcfs-source', PROGRAM, '--version'], {
    env: { ...variables, XDG_CACHE_HOME: cache }
  })
  return stdout
}
