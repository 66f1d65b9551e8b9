import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import { contextsInFolder } from '../../src/files/folder-import.ts'
import type { SkippedFile } from '../../src/files/found-file.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

async function importOf(files: Readonly<Record<string, string | Buffer>>, under = '/', start = '.') {
  const folder = await temporaryDirectory()
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  const skipped: SkippedFile[] = []
  const contexts: Record<string, object> = {}
  const found = contextsInFolder(join(folder, start), parsePath(under), (each) => void skipped.push(each))
  for await (const { path, parts } of found) contexts[path] = parts
  return { folder, contexts, skipped: Object.fromEntries(skipped.map(({ file, reason }) => [file, reason])) }
}

test('Markdown, code, text and JSON become contexts below the path', async () => {
  const { contexts, skipped } = await importOf(
    {
      'plan.md': '---\nstatus: open\n---\ntext',
      'src/main.ts': 'code',
      LICENSE: 'words',
      'data.json': '{"a":1}',
      'list.json': '[1]'
    },
    '/work'
  )
  expect(contexts).toEqual({
    '/work/plan': { body: 'text', fields: { status: 'open' } },
    '/work/src/main.ts': { body: 'code' },
    '/work/LICENSE': { body: 'words' },
    '/work/data.json': { fields: { a: 1 } },
    '/work/list.json': { body: '[1]' }
  })
  expect(skipped).toEqual({})
})

test('what holds no context is left out, with the reason', async () => {
  const { contexts, skipped } = await importOf({
    'image.png': Buffer.from([0x89, 0x50, 0, 1]),
    'latin1.txt': Buffer.from([0xe9, 0x20]),
    'broken.json': '{',
    'large.txt': 'x'.repeat(1_048_577),
    'same.md': 'one',
    same: 'two',
    '.git/HEAD': 'ref',
    'data/store/CURRENT': ''
  })
  expect(contexts).toEqual({ '/same': { body: 'two' } })
  expect(skipped).toEqual({
    'image.png': 'is binary',
    'latin1.txt': 'is binary, or not in UTF-8',
    'broken.json': 'It ends in .json and is not JSON',
    'large.txt': 'its text has more than 1048576 bytes',
    'same.md': 'stands for the same path as same',
    '.git': 'belongs to git',
    data: 'is the data directory of a node'
  })
})

test('.gitignore is respected, also inside folders, with exceptions', async () => {
  const { contexts } = await importOf({
    '.gitignore': 'dist/\n*.log\n!keep.log\n',
    'dist/a.js': '1',
    'a.log': '1',
    'keep.log': '1',
    'inner/.gitignore': 'b.txt\n!c.log\n',
    'inner/b.txt': '1',
    'inner/c.log': '1',
    'inner/deep/b.txt': '1'
  })
  expect(Object.keys(contexts)).toEqual(['/inner/c.log', '/keep.log'])
})

test('inside a repository the rules above the folder hold as well', async () => {
  const { contexts } = await importOf(
    { '.git/HEAD': '', '.gitignore': 'dist/\n', 'p/dist/a.js': '1', 'p/b.js': '1' },
    '/',
    'p'
  )
  expect(Object.keys(contexts)).toEqual(['/b.js'])
})

test('links are not followed', async () => {
  const { folder } = await importOf({ 'a.md': 'x' })
  await symlink(folder, join(folder, 'loop'))
  const skipped: SkippedFile[] = []
  let count = 0
  for await (const _ of contextsInFolder(folder, parsePath('/'), (each) => void skipped.push(each))) count += 1
  expect(count).toBe(1)
  expect(skipped).toEqual([{ file: 'loop', reason: 'is a link; links are not followed' }])
})
