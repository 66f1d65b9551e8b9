import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { commandHarness, harnessWithNode } from '../command-harness.ts'

const run = promisify(execFile)

test('a setting is written, read and taken back', async () => {
  const cli = await commandHarness()
  await cli.run(['config', 'set', 'name', 'studio', '--dir', cli.dataDirectory])
  await cli.run(['config', 'set', 'limits.readCacheBytes', '2097152'])
  const file = join(cli.dataDirectory, 'config.json')
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ name: 'studio', limits: { readCacheBytes: 2_097_152 } })
  expect((await stat(file)).mode & 0o077).toBe(0)
  await cli.run(['config', 'unset', 'limits.readCacheBytes'])
  expect(await cli.run(['config', 'get', 'limits.readCacheBytes'])).toMatchObject({ code: 0, stdout: '8388608\n' })
  expect((await cli.json('config', 'list')).slice(0, 2)).toEqual([
    { name: 'name', default: 'the host name', value: 'studio' },
    { name: 'durability', default: 'disk' }
  ])
})

test('doctor finds what others may open, and exits with 1', async () => {
  const cli = await harnessWithNode()
  expect(await cli.json('doctor')).toContainEqual(expect.objectContaining({ name: 'node', outcome: 'ok' }))
  await run('chmod', ['644', join(cli.dataDirectory, 'device.key')])
  const { code, json } = await cli.run(['doctor', '--json'])
  expect(code).toBe(1)
  expect(json).toContainEqual(
    expect.objectContaining({ name: 'keys', outcome: 'wrong', remedy: expect.stringContaining('chmod') })
  )
})

test('a backup becomes a data directory again', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'kept')
  expect(await cli.json('backup', 'monday.backup')).toMatchObject([{ contexts: 1 }])
  await cli.json('restore-backup', 'monday.backup', '--dir', 'restored')
  expect(await cli.run(['restore-backup', 'monday.backup', '--dir', 'restored'])).toMatchObject({
    code: expect.toSatisfy((code: number) => code !== 0)
  })
  expect((await stat(join(cli.directory, 'restored', 'store'))).isDirectory()).toBe(true)
})

test('edit opens the context in the editor and writes what was changed', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'one two', '--field', 'n=1')
  const editor = join(cli.directory, 'editor.sh')
  await writeFile(editor, `#!/bin/sh\nsed -i.bak -e 's/two/three/' -e 's/n: 1/n: 2/' "$1"\n`, { mode: 0o700 })
  const variables = { EDITOR: editor, PATH: process.env['PATH'] ?? '' }
  expect(await cli.run(['edit', '/a'], { variables })).toMatchObject({ code: 0, stderr: '' })
  expect(await cli.json('get', '/a')).toMatchObject([{ body: 'one three', fields: { n: 2 } }])
})

test('an editor that fails writes nothing', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'one')
  const { code, stderr } = await cli.run(['edit', '/a'], {
    variables: { EDITOR: 'false', PATH: process.env['PATH'] ?? '' }
  })
  expect(code).toBe(1)
  expect(stderr).toContain('nothing was written')
})

test('import and export work through a node, and tell what was skipped', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/notes/a', '--body', 'text', '--tag', 't')
  await cli.json('export', 'out', '--under', '/notes')
  await writeFile(join(cli.directory, 'out', 'image.png'), Buffer.from([0]))
  expect(await cli.json('import', 'out', '--under', '/copy')).toEqual([
    { skipped: { file: 'image.png', reason: 'is binary' } },
    { result: { written: 1, unchanged: 0, skipped: 1 } }
  ])
  expect(await cli.json('get', '/copy/a')).toMatchObject([{ body: 'text', tags: ['t'], by: { origin: 'import' } }])
  expect(await cli.run(['export', '-'])).toMatchObject({ stdout: expect.stringContaining('{"path":"/notes/a"') })
})

test('a retention is set by space, and shows what lies below it', async () => {
  const cli = await harnessWithNode()
  await cli.json('put', '/a', '--body', 'one')
  expect(await cli.run(['status', '--horizon'])).toMatchObject({ code: 0, stderr: expect.stringContaining('is set') })
  expect(await cli.json('config', 'set', 'retention./', '90d')).toEqual([
    { name: 'retention./', value: 90 * 24 * 3_600_000 }
  ])
  expect(await cli.run(['config', 'set', 'retention./', 'soon'])).toMatchObject({ code: 2 })
  expect(await cli.json('config', 'get', 'retention./')).toMatchObject([{ value: 90 * 24 * 3_600_000 }])
})
