import { expect, test } from 'vitest'
import { runCommandLine } from '../../src/run-command-line.ts'
import { harnessWithNode, TextStream } from '../command-harness.ts'

test('put --json prints the receipt, and get --json the context', async () => {
  const cli = await harnessWithNode()
  const [receipt] = await cli.json(
    'put',
    '/notes/today',
    '--body',
    'Docking',
    '--field',
    'open=true',
    '--tag',
    'docking'
  )
  expect(receipt).toMatchObject({
    path: '/notes/today',
    durable: 'disk',
    commit: expect.stringMatching(/^[0-9a-f]{64}$/)
  })
  const [context] = await cli.json('get', '/notes/today')
  const { version } = receipt as { version: string }
  expect(context).toMatchObject({
    path: '/notes/today',
    body: 'Docking',
    fields: { open: true },
    tags: ['docking'],
    version
  })
  expect(Object.keys(context as object).sort()).toEqual(
    ['author', 'body', 'fields', 'links', 'meta', 'path', 'tags', 'updatedAt', 'version'].sort()
  )
})

test('get --part body prints exactly the text', async () => {
  const cli = await harnessWithNode()
  const text = 'line\n\nlast without end'
  await cli.run(['put', '/a', '-'], { input: text })
  expect((await cli.run(['get', '/a', '--part', 'body'])).stdout).toBe(text)
})

test('HCFS_AGENT and --agent name the writer', async () => {
  const cli = await harnessWithNode()
  await cli.run(['put', '/a', '--body', '1'], { variables: { HCFS_AGENT: 'planner' } })
  await cli.run(['put', '/a', '--body', '2', '--agent', 'critic'], { variables: { HCFS_AGENT: 'planner' } })
  expect(await cli.json('log', '/a')).toMatchObject([{ by: { agent: 'critic' } }, { by: { agent: 'planner' } }])
})

test('the beginning of a version names it in get, diff and restore', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'one\n', '--field', 'n=1')
  await cli.json('put', '/a', '--body', 'two\n', '--field', 'n=2')
  const [, first] = (await cli.json('log', '/a')) as { version: string }[]
  const prefix = first?.version.slice(0, 10) ?? ''
  expect(await cli.json('get', '/a', '--at', prefix)).toMatchObject([{ body: 'one\n', fields: { n: 1 } }])
  const { stdout } = await cli.run(['diff', '/a', prefix])
  expect(stdout.split('\n')).toEqual(expect.arrayContaining(['-one', '+two', '- field /n = 1', '+ field /n = 2']))
  await cli.json('restore', '/a', prefix)
  expect(await cli.json('get', '/a')).toMatchObject([{ body: 'one\n' }])
})

test('edit changes single keys and keeps the others', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'x', '--fields', '{"a":1,"b":{"c":2}}', '--tag', 'old')
  await cli.json(
    'edit',
    '/a',
    '--field',
    '/b/c=3',
    '--remove-field',
    'a',
    '--tag',
    'new',
    '--remove-tag',
    'old',
    '--append',
    'y'
  )
  expect(await cli.json('get', '/a')).toMatchObject([{ body: 'xy', fields: { b: { c: 3 } }, tags: ['new'] }])
})

test('a subtree is moved, copied, removed and brought back', async () => {
  const cli = await harnessWithNode()
  for (const path of ['/a', '/a/b', '/a/b/c']) await cli.json('put', path, '--body', path)
  expect(await cli.json('cp', '-r', '/a', '/copy')).toMatchObject([{ contexts: 3 }])
  expect(await cli.json('mv', '-r', '/a', '/moved')).toMatchObject([{ contexts: 3 }])
  expect(await cli.json('rm', '-r', '/copy')).toMatchObject([{ contexts: 3 }])
  expect(await cli.json('ls', '-r')).toMatchObject([{ path: '/moved' }, { path: '/moved/b' }, { path: '/moved/b/c' }])
  expect(await cli.json('undelete', '-r', '/copy')).toMatchObject([{ contexts: 3 }])
  expect(await cli.json('ls', '-r', '/copy')).toHaveLength(2)
})

test('tree draws contexts, and folders that lead to them', async () => {
  const cli = await harnessWithNode()
  for (const path of ['/a/b', '/a/c/d', '/e']) await cli.json('put', path, '--body', 'x')
  const { stdout } = await cli.run(['tree'])
  expect(stdout).toBe('/\n├── a/\n│   ├── b\n│   └── c/\n│       └── d\n└── e\n3 contexts\n')
})

test('watch prints changes until it is interrupted, and that is no failure', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'x')
  const stop = new AbortController()
  const stdout = new TextStream()
  const environment = cli.environment({ stdout, stderr: new TextStream(), signal: stop.signal })
  const watching = runCommandLine(['watch', '--from', '0', '--json'], environment)
  await expect.poll(() => stdout.text, { timeout: 30_000 }).toContain('"path":"/a"')
  stop.abort()
  expect(await watching).toBe(0)
})

test('du, verify and status tell what there is', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a/b', '--body', 'hello')
  expect(await cli.json('du')).toMatchObject([{ path: '/a', contexts: 1, bodyBytes: 5 }])
  expect(await cli.json('verify')).toMatchObject([{ contexts: 1, commits: 1, problems: [] }])
  expect(await cli.json('status')).toMatchObject([{ contexts: 1, durability: 'disk' }])
})

test('what is no result goes to standard error', async () => {
  const cli = await harnessWithNode()
  expect(await cli.run(['ls'])).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing lies below /.\n' })
})

test('status of a path tells what the node holds of it, for people and for programs', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'öne')
  await cli.json('put', '/a', '--tag', 't', '--agent', 'ada')
  expect(await cli.json('status', '/a')).toMatchObject([
    { path: '/a', state: 'shown', by: { agent: 'ada' }, bodyBytes: 4, history: { entries: 2 } }
  ])
  await cli.json('rm', '/a')
  const { code, stdout } = await cli.run(['status', '/a'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/state +removed; hcfs undelete brings it back\n/)
  expect(stdout).toMatch(/history +3 changes, /)
  expect(stdout).toMatch(/checkpoint +none yet\n/)
})
