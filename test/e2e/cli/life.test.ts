import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeForFile, outcomeOf, runHcfs, spawnHcfs } from './hcfs-process.ts'

const place = nodeForFile()

test('start --json prints one line that says where the node is', () => {
  const { ready, node, network, listen, http } = JSON.parse(place.readyLine)
  const id = expect.stringMatching(/^[0-9a-f]{64}$/)
  expect({ ready, node, network, http }).toEqual({
    ready: true,
    node: id,
    network: id,
    http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)
  })
  expect(listen.length).toBeGreaterThan(0)
  for (const address of listen) expect(address).toMatch(/^\/ip4\/[\d.]+\/tcp\/\d+\/p2p\/\w+$/)
})

test('a context lives: written, read, changed, removed and brought back', async () => {
  const hcfs = (...args: string[]) => runHcfs(args, { cwd: place.folder, variables: { HCFS_AGENT: 'planner' } })

  const put = await hcfs('put', '/notes/today', '--body', 'one\n', '--tag', 'docking', '--json')
  expect(put).toMatchObject({ code: 0, stderr: '' })
  const { version } = JSON.parse(put.stdout)

  expect((await hcfs('edit', '/notes/today', '--append', 'two\n')).code).toBe(0)
  const get = await hcfs('get', '/notes/today', '--json')
  expect(JSON.parse(get.stdout)).toMatchObject({ body: 'one\ntwo\n', by: { agent: 'planner' }, tags: ['docking'] })

  expect((await hcfs('diff', '/notes/today', version.slice(0, 8))).stdout).toContain('+two')
  expect((await hcfs('rm', '/notes/today')).code).toBe(0)
  expect((await hcfs('get', '/notes/today')).code).toBe(3)
  expect((await hcfs('undelete', '/notes/today')).code).toBe(0)
  expect((await hcfs('get', '/notes/today', '--part', 'body')).stdout).toBe('one\ntwo\n')
})

test('the nearest .hcfs upwards is the data directory', async () => {
  const inner = join(place.folder, 'src', 'deep')
  await mkdir(inner, { recursive: true })
  const { code, stdout } = await runHcfs(['status', '--json'], { cwd: inner })
  expect(code).toBe(0)
  expect(JSON.parse(stdout).directory).toBe(place.directory)
})

test('a second process on the directory is refused, and told who has it', async () => {
  const { code, stdout, stderr } = await runHcfs(['start', '--dir', place.directory])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/in use by process \d+/)
})

test('a reader that has seen enough is no failure', async () => {
  const child = spawnHcfs(['help', 'put'])
  child.stdout?.destroy()
  expect(await outcomeOf(child)).toMatchObject({ code: 0, stderr: '' })
})
