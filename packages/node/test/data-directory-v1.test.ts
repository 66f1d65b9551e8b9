import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../src/hcfs-node.ts'
import { openNode } from '../src/open-node.ts'
import { collect } from './collect.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/*
 * A directory as format 1 left it: its files as base64 by name, because a checkout keeps neither their modes nor, everywhere,
 * files named *.log. Never made anew: when the format changes it is what has to be migrated.
 */
const FIXTURE = fileURLToPath(new URL('../../../fixtures/data-directory-v1.json', import.meta.url))
const OWNER_ONLY = 0o600

async function openFixture(): Promise<HcfsNode> {
  const dir = await temporaryDirectory()
  const files: Readonly<Record<string, string>> = JSON.parse(await readFile(FIXTURE, 'utf8'))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), Buffer.from(content, 'base64'), { mode: OWNER_ONLY })
  }
  const node = await openNode({ dir })
  onTestFinished(() => node.close())
  return node
}

test('a directory of format 1 opens with everything in it', async () => {
  const node = await openFixture()
  expect((await node.verify()).problems).toEqual([])
  expect(await node.contexts.get('/notes/dock')).toMatchObject({
    body: 'Dock on Thursday.\n',
    fields: { status: 'open', owner: { name: 'Ada' } },
    tags: ['plan'],
    links: [{ to: '/notes/crew', rel: 'about' }],
    meta: { title: 'Docking', kind: 'note' },
    updatedAt: '2026-01-01T00:00:03.000Z'
  })
  expect(await node.contexts.get('/notes/crew')).toMatchObject({ body: 'ünï 🦊\n' })
  expect((await collect(node.contexts.history('/new/name'))).map(({ path }) => path)).toEqual([
    '/new/name',
    '/old/name'
  ])
  expect((await collect(node.contexts.trash('/'))).map(({ path }) => path)).toEqual(['/gone', '/old/name'])
})

test('old versions of it are read, and it is written on', async () => {
  const node = await openFixture()
  const history = await collect(node.contexts.history('/notes/dock'))
  const bodies = await Promise.all(
    history.map(async ({ version }) => (await node.contexts.get('/notes/dock', { at: version })).body)
  )
  expect(bodies).toEqual(['Thursday', 'Wednesday', 'Tuesday', 'Monday'].map((day) => `Dock on ${day}.\n`))
  await node.contexts.edit('/notes/dock', (draft) => draft.body.append('Really.\n'))
  expect((await node.contexts.get('/notes/dock')).body).toBe('Dock on Thursday.\nReally.\n')
  expect((await node.verify()).problems).toEqual([])
})
