import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { examplesIn } from '../../docs/examples.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Tools of the machine, with this very Node in front and without the clone's packages. */
const { HCFS_DIR: _, ...inherited } = process.env
const env = {
  ...inherited,
  PATH: [dirname(process.execPath), ...(inherited['PATH'] ?? '').split(delimiter)]
    .filter((folder) => !folder.startsWith(join(root, 'node_modules', '.bin')))
    .join(delimiter)
}

const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']

let scratch = ''

/*
 * Goal: what is published works outside this repository, where there are no
 * sources, no workspace and no compiler settings of ours.
 * Method: pack every package, install the files into a project elsewhere, run
 * what the README shows and the command that people call.
 */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hcfs-packed-'))
  await run('npm', ['pack', '--workspaces', '--pack-destination', scratch, '--loglevel=error'], { cwd: root, env })
  const packages = (await readdir(scratch)).filter((name) => name.endsWith('.tgz')).map((name) => `./${name}`)
  await writeFile(join(scratch, 'package.json'), JSON.stringify({ name: 'scratch', private: true, type: 'module' }))
  await run('npm', [...INSTALL, ...packages], { cwd: scratch, env })
}, 600_000)

afterAll(() => rm(scratch, { recursive: true, force: true }))

test('the example of the README runs and prints what the README says', async () => {
  const [example] = examplesIn(await readFile(join(root, 'README.md'), 'utf8'))
  expect(example).toBeDefined()
  await writeFile(join(scratch, 'example.ts'), example?.source ?? '')
  const { stdout } = await run(process.execPath, ['example.ts'], { cwd: scratch, env })
  expect(stdout.trim()).toBe(example?.output?.trim())
})

test('npx hcfs tells its version', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'packages', 'cli', 'package.json'), 'utf8'))
  const { stdout } = await run('npx', ['hcfs', '--version'], { cwd: scratch, env })
  expect(stdout.trim()).toBe(version)
})

test('npx hcfs start --json serves, and the command talks to it', async () => {
  const hcfs = join(scratch, 'node_modules', '.bin', 'hcfs')
  const node = spawn(hcfs, ['start', '--json', '--dir', '.hcfs'], { cwd: scratch, env })
  const [line] = await once(createInterface({ input: node.stdout }), 'line')
  expect(JSON.parse(line)).toMatchObject({ ready: true, listen: [], http: null })

  await run('npx', ['hcfs', 'put', '/a', '--body', 'hello'], { cwd: scratch, env })
  const { stdout } = await run('npx', ['hcfs', 'get', '/a', '--part', 'body'], { cwd: scratch, env })
  expect(stdout).toBe('hello')

  const ended = once(node, 'exit')
  node.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})
