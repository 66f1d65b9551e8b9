import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandHarness, harnessWithNode } from '../command-harness.ts'

test('without a node every command that needs one exits with 5 and says how to start it', async () => {
  const cli = await commandHarness()
  for (const args of [['ls'], ['get', '/a'], ['put', '/a', '--body', 'x'], ['status'], ['stop']]) {
    const { code, stdout, stderr } = await cli.run(args)
    expect({ args, code, stdout }).toEqual({ args, code: 5, stdout: '' })
    expect(stderr).toContain('hcfs start')
  }
})

test('with --json an error is one line of JSON on standard error', async () => {
  const cli = await commandHarness()
  const { stdout, stderr } = await cli.run(['get', '/a', '--json'])
  expect(stdout).toBe('')
  expect(JSON.parse(stderr)).toMatchObject({ code: 'NODE_NOT_RUNNING', message: expect.any(String), details: {} })
})

test.each([
  [['ls', '--bogus'], "unknown option '--bogus'"],
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['get'], "missing required argument 'path'"],
  [[], 'No command is named']
])('with --json bad usage is one line of JSON as well: %j', async (args, message) => {
  const cli = await commandHarness()
  const { code, stdout, stderr } = await cli.run(['--json', ...args])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining(message) })
})

test('a data directory that is a file is said to be one, whatever the command', async () => {
  const cli = await commandHarness()
  await writeFile(join(cli.directory, 'file'), '')
  for (const args of [['ls'], ['start'], ['put', '/a', '--body', 'x']]) {
    const { code, stderr } = await cli.run([...args, '--dir', 'file'])
    expect({ args, code, stderr }).toEqual({ args, code: 2, stderr: expect.stringContaining('DIRECTORY_INVALID') })
  }
})

test('where no node runs, the directory is named', async () => {
  const cli = await commandHarness()
  expect((await cli.run(['ls', '--dir', 'elsewhere'])).stderr).toContain(join(cli.directory, 'elsewhere'))
})

describe('bad usage exits with 2 and says what is wrong', () => {
  test.each([
    [['ls', '--recursiv'], '--recursive'],
    [['lst'], 'Did you mean'],
    [['get'], "missing required argument 'path'"],
    [['ls', '/a', '/b'], 'too many arguments'],
    [['start', '--durability', 'maybe'], 'disk or buffered'],
    [['config', 'get', 'nme'], 'hcfs config list'],
    [['config', 'set', 'limits.readCacheBytes', '1'], 'readCacheBytes must be a whole number'],
    [['completion', 'powershell'], 'bash, zsh, fish']
  ])('%j', async (args, hint) => {
    const cli = await commandHarness()
    const { code, stdout, stderr } = await cli.run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(hint)
  })
})

describe('with a node', () => {
  test('wrong arguments exit with 2 before anything is written', async () => {
    const cli = await harnessWithNode()
    await writeFile(join(cli.directory, 'notes.md'), 'notes')
    const wrong: readonly (readonly [args: string[], hint: string])[] = [
      [['put', 'notes', '--body', 'x'], 'slash'],
      [['put', `/${'x'.repeat(256)}`, '--body', 'x'], '255'],
      [['put', `/${'a/'.repeat(32)}a`, '--body', 'x'], '32'],
      [['put', '/a/../b', '--body', 'x'], '..'],
      [['put', '/a'], 'Nothing to write'],
      [['put', '/a', '--fields', '{"a":'], 'not JSON'],
      [['put', '/a', '--fields', '[1]'], 'JSON object'],
      [['put', '/a', '--field', 'novalue'], 'key=value'],
      [['put', '/a', '--link', 'about'], 'relation=/path'],
      [['put', '/a', '--expires', 'yesterday'], '2027-01-31'],
      [['put', '/a', '--expires', '2027-13-45'], '2027-01-31'],
      [['put', '/a', '--tag', ''], '1 to 256'],
      [['put', '/a\u0001b', '--body', 'x'], 'control character'],
      [['put', '/a', '.'], 'is a folder'],
      [['import', 'notes.md'], 'hcfs put PATH notes.md'],
      [['get', '/a', '--timeout', '10'], '500ms'],
      [['get', '/a', '--part', 'boddy'], 'body'],
      [['log', '/a', '-n', '0'], 'from 1'],
      [['watch', '--from', '-1'], 'whole number']
    ]
    for (const [args, hint] of wrong) {
      const { code, stderr } = await cli.run(args)
      expect({ args, code, stderr }).toEqual({ args, code: 2, stderr: expect.stringContaining(hint) })
    }
    expect(await cli.json('ls')).toEqual([])
  })

  test('what is not there exits with 3', async () => {
    const cli = await harnessWithNode()
    await cli.json('put', '/a', '--body', 'x')
    for (const args of [
      ['get', '/none'],
      ['rm', '/none'],
      ['log', '/none'],
      ['status', '/none'],
      ['backup', join('no-folder', 'file')],
      ['get', '/a', '--at', 'ffffff'],
      ['get', '/a', '--at', '1990-01-01'],
      ['put', '/a', 'no-file.md'],
      ['import', 'no-folder'],
      ['restore-backup', 'no-file', '--dir', 'new']
    ]) {
      const { code, stderr } = await cli.run(args)
      expect({ args, code, stderr }).toEqual({ args, code: 3, stderr: expect.stringContaining('error:') })
    }
  })

  test('a precondition that does not hold exits with 1 and changes nothing', async () => {
    const cli = await harnessWithNode()
    await cli.json('put', '/a', '--body', 'mine')
    const { code, stderr } = await cli.run(['put', '/a', '--body', 'yours', '--if-absent'])
    expect(code).toBe(1)
    expect(stderr).toContain('VERSION_CONFLICT')
    expect(await cli.json('get', '/a')).toMatchObject([{ body: 'mine' }])
  })

  test('a body that is too large or no text is refused with the reason', async () => {
    const cli = await harnessWithNode()
    const large = await cli.run(['put', '/a', '-'], { input: 'x'.repeat(1_048_577) })
    expect(large).toMatchObject({ code: 1, stderr: expect.stringContaining('1048576 bytes') })
    await writeFile(join(cli.directory, 'image'), Buffer.from([0xff, 0xd8, 0x00]))
    expect(await cli.run(['put', '/a', 'image'])).toMatchObject({ code: 2, stderr: expect.stringContaining('UTF-8') })
  })

  test('a second node on the directory is refused and told who has it', async () => {
    const cli = await harnessWithNode()
    const { code, stderr } = await cli.run(['start', '--dir', cli.dataDirectory])
    expect(code).toBe(1)
    expect(stderr).toContain(`process ${process.pid}`)
  })

  test('an export does not write into a folder that has something in it', async () => {
    const cli = await harnessWithNode()
    await mkdir(join(cli.directory, 'out'))
    await writeFile(join(cli.directory, 'out', 'mine.txt'), '')
    expect(await cli.run(['export', 'out'])).toMatchObject({ code: 2, stderr: expect.stringContaining('not empty') })
  })
})

test('settings that are no JSON keep the node from starting, and the file is named', async () => {
  const cli = await commandHarness()
  await mkdir(cli.dataDirectory)
  await writeFile(join(cli.dataDirectory, 'config.json'), '{')
  const { code, stderr } = await cli.run(['start'])
  expect(code).toBe(2)
  expect(stderr).toContain(join(cli.dataDirectory, 'config.json'))
})

test('a directory with other files in it does not become a data directory', async () => {
  const cli = await commandHarness()
  await writeFile(join(cli.directory, 'thesis.doc'), '')
  const { code, stderr } = await cli.run(['start', '--dir', '.'])
  expect(code).toBe(2)
  expect(stderr).toContain('thesis.doc')
})
