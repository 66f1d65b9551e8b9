import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { restoreBackup } from '../../src/backup/restore-backup.ts'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import { collect } from '../collect.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

async function open(dir: string): Promise<HcfsNode> {
  const node = await openNode({ dir, durability: 'buffered' })
  onTestFinished(() => node.close())
  return node
}

async function backedUp(): Promise<{ folder: string; file: string; node: HcfsNode }> {
  const folder = await temporaryDirectory()
  const node = await open(join(folder, 'one'))
  for (const name of ['a', 'b', 'c']) await node.contexts.put(`/${name}`, { body: name, tags: [name] })
  await node.contexts.put('/a', { body: 'a, again' })
  await node.contexts.remove('/c')
  const file = join(folder, 'backup')
  expect(await node.backup(file)).toEqual({ bytes: (await stat(file)).size, contexts: 2 })
  return { folder, file, node }
}

test('a restored backup has everything, history and keys included, and goes on in a chain of its own', async () => {
  const { folder, file, node } = await backedUp()
  await node.contexts.put('/a', { body: 'after the backup' })
  await restoreBackup(file, join(folder, 'two'))
  const restored = await open(join(folder, 'two'))
  expect(restored.id).toBe(node.id)
  expect((await restored.contexts.get('/a')).body).toBe('a, again')
  expect(await collect(restored.contexts.history('/a'))).toHaveLength(2)
  expect(await collect(restored.contexts.trash('/'))).toMatchObject([{ path: '/c' }])
  await restored.contexts.put('/a', { body: 'somewhere else' })
  expect((await restored.verify()).problems).toEqual([])
  const chains = await Promise.all([node, restored].map((each) => each.contexts.put('/new', { body: each.name })))
  expect(new Set(chains.map(({ token }) => token)).size).toBe(2)
})

test('a backup of a node that is being written to is consistent', async () => {
  const folder = await temporaryDirectory()
  const node = await open(join(folder, 'one'))
  const writes = Array.from({ length: 500 }, (_, index) => node.contexts.put(`/${index % 50}`, { body: `${index}` }))
  await node.backup(join(folder, 'backup'))
  await Promise.all(writes)
  await restoreBackup(join(folder, 'backup'), join(folder, 'two'))
  expect((await (await open(join(folder, 'two'))).verify()).problems).toEqual([])
})

test('only its owner can read a backup', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows has no such modes')
  const { file } = await backedUp()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a backup never replaces a file, and leaves nothing beside it', async () => {
  const { folder, file, node } = await backedUp()
  const before = await readFile(file)
  await expect(node.backup(file)).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
  expect((await readFile(file)).equals(before)).toBe(true)
  await expect(node.backup(join(folder, 'aborted'), { signal: AbortSignal.abort() })).rejects.toThrow()
  expect((await readdir(folder)).sort()).toEqual(['backup', 'one'])
})

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
  ['cut in the middle', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
  ['empty', () => Buffer.alloc(0)],
  ['with one bit flipped', (bytes: Buffer) => flipped(bytes, bytes.length >> 1)],
  ['with a bit of its checksum flipped', (bytes: Buffer) => flipped(bytes, bytes.length - 1)],
  ['something else', () => Buffer.alloc(1_000, 'x')]
])('a backup that is %s is refused, and nothing is restored', async (_, damage) => {
  const { folder, file } = await backedUp()
  await writeFile(file, damage(await readFile(file)))
  await expect(restoreBackup(file, join(folder, 'two'))).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
  expect((await readdir(folder)).sort()).toEqual(['backup', 'one'])
})

test('a backup is not restored over anything, but into an empty directory', async () => {
  const { folder, file } = await backedUp()
  await expect(restoreBackup(file, folder)).rejects.toMatchObject({ code: 'DIRECTORY_NOT_EMPTY' })
  const empty = await temporaryDirectory()
  await restoreBackup(file, empty)
  expect((await (await open(empty)).contexts.get('/b')).body).toBe('b')
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
  return copy
}
