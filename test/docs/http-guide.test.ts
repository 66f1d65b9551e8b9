import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'docs/HTTP.md')
const PORT = '7070'

/** The blocks of one language, with a port that is free. */
async function blocksOf(language: string, port: number): Promise<string[]> {
  const text = await readFile(PAGE, 'utf8')
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)]
  return blocks.filter(([, name]) => name === language).map(([, , code = '']) => code.replaceAll(PORT, String(port)))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('There is no free port')
  return address.port
}

/** Runs lines as a reader would type them, with `hcfs` on the path, in an empty folder. */
async function readersShell() {
  const folder = await mkdtemp(join(tmpdir(), 'hcfs-guide-'))
  const { HCFS_DIR: _, HCFS_AGENT: __, ...inherited } = process.env
  const env = { ...inherited, HCFS_FROM_SOURCE: '1', PATH: `${join(ROOT, 'bin')}:${process.env['PATH']}` }
  const run = async (lines: string, more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { stdout } = await promisify(execFile)('sh', ['-euc', lines], { cwd: folder, env: { ...env, ...more } })
    return stdout
  }
  onTestFinished(async () => {
    await run('hcfs stop').catch(() => {})
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  })
  return { run, env }
}

/** The first line that a program prints; then it has shown enough. */
async function firstLineOf(code: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const args = ['--conditions=hcfs-source', '--input-type=module-typescript', '--eval', code]
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    child.kill()
    await closed
    return line
  }
  return undefined
}

test('the examples of the HTTP guide work as they stand there', async ({ skip }) => {
  skip(process.platform === 'win32' || spawnSync('curl', ['--version']).error !== undefined, 'there is no sh and curl')
  const port = await freePort()
  const [start = '', use = '', ...others] = await blocksOf('sh', port)
  const [program = ''] = await blocksOf('ts', port)
  const { run, env } = await readersShell()

  const key = /^hcfs_\S+$/m.exec(await run(start))?.[0] ?? ''
  const answers = (await run(use.replaceAll('curl ', 'curl -sS --fail-with-body -w "\\n" '), { KEY: key }))
    .trim()
    .split('\n')
  const read: object = JSON.parse(answers.at(-1) ?? '')
  for (const lines of others) await run(lines.replaceAll('curl ', 'curl -sS --fail-with-body '), { KEY: key })

  expect(read).toMatchObject({ body: 'Docking on Tuesday.', fields: { status: 'moved' }, by: { agent: 'planner' } })
  expect(await firstLineOf(program, { ...env, HCFS_KEY: key })).toBe('/projects/apollo/notes')
}, 180_000)
