import { join } from 'node:path'
import type { VerifyReport } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import { CheckedStore } from '../../src/storage/checked-store.ts'
import type { KeyFamily } from '../../src/storage/keys.ts'
import { keys } from '../../src/storage/keys.ts'
import { LevelStore } from '../../src/storage/level-store.ts'
import type { OrderedStore, StoreKey, StoreOperation } from '../../src/storage/ordered-store.ts'
import { collect } from '../collect.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const FAR = '2100-01-01T00:00:00Z'
const CLEAN: readonly unknown[] = []

async function open(dir: string): Promise<HcfsNode> {
  const node = await openNode({ dir, durability: 'buffered', limits: { checkpointEntriesMax: 2 } })
  onTestFinished(() => node.close())
  return node
}

/** A directory with something of every kind in it, closed. */
async function filledDirectory(): Promise<string> {
  const dir = await temporaryDirectory()
  const node = await open(dir)
  for (let turn = 0; turn < 5; turn += 1) await node.contexts.put('/a', { body: `turn ${turn}`, fields: { turn } })
  await node.contexts.put('/b', { body: 'b', meta: { expires: FAR } })
  await node.contexts.put('/gone', { body: 'gone' })
  await node.contexts.remove('/gone')
  await node.contexts.move('/b', '/moved')
  await node.close()
  return dir
}

/** One context, and a log of which nothing can be read. */
async function directoryWithDamagedLog(): Promise<string> {
  const dir = await temporaryDirectory()
  const node = await open(dir)
  await node.contexts.put('/only', { body: 'once' })
  await node.close()
  await flipBitIn(dir, 'log')
  return dir
}

/** Leaves the directory closed. */
async function repaired(dir: string): Promise<VerifyReport> {
  const node = await open(dir)
  const report = await node.verify({ repair: true })
  await node.close()
  return report
}

async function withStore<Result>(dir: string, work: (store: OrderedStore) => Promise<Result>): Promise<Result> {
  await using store = await LevelStore.open(join(dir, 'store'))
  return await work(store)
}

async function flipBitIn(dir: string, family: KeyFamily): Promise<StoreKey> {
  return withStore(dir, async (store) => {
    const [[key, value] = [undefined, undefined]] = (
      await collect(store.scan({ ...keys.family(family), limit: 1 }))
    ).flat()
    if (key === undefined || value === undefined) throw new TypeError(`There is no record of the family ${family}`)
    const damaged = Uint8Array.from(value)
    damaged[damaged.length - 1]! ^= 1
    await store.batch([{ type: 'put', key, value: damaged }], { sync: true })
    return key
  })
}

/** Records that decode, and are wrong. */
async function rewrite(
  dir: string,
  change: (store: OrderedStore) => Promise<readonly StoreOperation[]>
): Promise<void> {
  await withStore(dir, async (level) => {
    const store = new CheckedStore(level)
    await store.batch(await change(store), { sync: true })
  })
}

test('a sound store has no problems, and verifying it tells how far it is', async () => {
  const node = await open(await filledDirectory())
  const seen: number[] = []
  const report = await node.verify({ onProgress: ({ checked }) => seen.push(checked) })
  expect(report).toEqual({ contexts: 4, commits: 9, problems: CLEAN })
  expect(seen).toEqual(Array.from({ length: 13 }, (_, index) => index + 1))
})

describe('a flipped bit in a record that follows from the commits', () => {
  const families = ['commit', 'history', 'checkpoint', 'context', 'hidden', 'expiry'] as const
  test.each(families)('is found by its key and repaired (%s)', async (family) => {
    const dir = await filledDirectory()
    const where = await flipBitIn(dir, family)
    const node = await open(dir)
    expect((await node.verify()).problems).toEqual([{ kind: 'record-damaged', where, outcome: 'reported' }])
    expect((await node.verify({ repair: true })).problems).toEqual([
      { kind: 'record-damaged', where, outcome: 'repaired' }
    ])
    expect((await node.verify()).problems).toEqual(CLEAN)
    expect(await node.contexts.get('/a')).toMatchObject({ body: 'turn 4', fields: { turn: 4 } })
    expect(await collect(node.contexts.history('/a'))).toHaveLength(5)
  })

  test.each(['leaf', 'chain'] as const)(
    'is repaired while opening when nothing works without it (%s)',
    async (family) => {
      const dir = await filledDirectory()
      await flipBitIn(dir, family)
      const node = await open(dir)
      await node.contexts.put('/a', { body: 'goes on' })
      expect((await node.verify()).problems).toEqual(CLEAN)
    }
  )
})

describe('a node whose leaves and counts disagree', () => {
  test.each<[string, (store: OrderedStore) => Promise<readonly StoreOperation[]>]>([
    ['a leaf is gone', async (store) => (await deletions(store, 'leaf')).slice(0, 1)],
    ['all leaves are gone', (store) => deletions(store, 'leaf')],
    ['a leaf too many', async () => [{ type: 'put', key: keys.leaf(0), value: new Uint8Array(44).fill(1) }]],
    ['the counts are gone', async () => [{ type: 'del', key: keys.meta('counts') }]],
    ['the counts are wrong', (store) => replaced(store, keys.meta('counts'), ['"shown":2', '"shown":7'])]
  ])('is repaired while opening, so that no context is taken for a new one: %s', async (_, change) => {
    const dir = await filledDirectory()
    await rewrite(dir, change)
    const node = await open(dir)
    for (const path of ['/a', '/moved']) await node.contexts.put(path, { body: 'goes on' })
    expect(await collect(node.contexts.history('/a'))).toHaveLength(6)
    expect((await node.verify()).problems).toEqual(CLEAN)
  })
})

test('a context of which only the row is left is no new one after a repair', async () => {
  const dir = await directoryWithDamagedLog()
  const { problems } = await repaired(dir)
  expect(problems).toContainEqual({ kind: 'content-differs', where: '/only', outcome: 'reported' })
  const node = await open(dir)
  expect(await node.status()).toMatchObject({ contexts: 1 })
  await node.contexts.put('/only', { fields: { more: true } })
  expect(await node.contexts.get('/only')).toMatchObject({ body: 'once', fields: { more: true } })
})

test('a context of which nothing can be read is no new one after a repair', async () => {
  const dir = await directoryWithDamagedLog()
  await flipBitIn(dir, 'context')
  await repaired(dir)
  const node = await open(dir)
  await expect(node.contexts.put('/only', { body: 'twice' })).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
})

test('a damaged context is not served, and neither written, until it is repaired', async () => {
  const dir = await filledDirectory()
  await flipBitIn(dir, 'context')
  const node = await open(dir)
  await expect(node.contexts.get('/a')).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
  await expect(node.contexts.put('/a', { body: 'over it' })).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
  await node.verify({ repair: true })
  await node.contexts.put('/a', { body: 'now' })
  expect((await node.contexts.get('/a')).body).toBe('now')
})

test('a damaged commit is reported, with the context that it made unreadable, and never invented', async () => {
  const dir = await filledDirectory()
  const where = await flipBitIn(dir, 'log')
  const node = await open(dir)
  const { problems } = await node.verify({ repair: true })
  expect(problems).toContainEqual({ kind: 'record-damaged', where, outcome: 'reported' })
  expect(problems).toContainEqual({ kind: 'content-differs', where: '/a', outcome: 'reported' })
  expect((await node.contexts.get('/a')).body).toBe('turn 4')
})

describe('a record that decodes and is wrong', () => {
  test.each<[string, string, (store: OrderedStore) => Promise<readonly StoreOperation[]>]>([
    ['content', 'content-differs', (store) => replaced(store, keys.context(parsePath('/a')), ['turn 4', 'turn 5'])],
    [
      'heads',
      'heads-differ',
      (store) =>
        replaced(store, keys.context(parsePath('/a')), [/"heads":\["[0-9a-f]{64}"/, `"heads":["${'ab'.repeat(32)}"`])
    ],
    [
      'counts with a right sum',
      'index-differs',
      (store) => replaced(store, keys.meta('counts'), ['"shown":2,"hidden":2', '"shown":1,"hidden":3'])
    ],
    [
      'a row without entries',
      'index-differs',
      async (store) => [
        {
          type: 'put',
          key: keys.context(parsePath('/invented')),
          value: (store.getTextSync(keys.context(parsePath('/a'))) ?? '').replace('"/a"', '"/invented"')
        }
      ]
    ],
    ['an expiry', 'index-differs', async () => [{ type: 'put', key: keys.expiry(5, parsePath('/a')), value: '' }]],
    [
      'a leaf that counts nothing',
      'fingerprint-differs',
      async () => [{ type: 'put', key: keys.leaf(0), value: new Uint8Array(44).fill(1, 36) }]
    ],
    ['a missing row', 'heads-differ', async () => [{ type: 'del', key: keys.context(parsePath('/a')) }]]
  ])('is found and repaired: %s', async (_, kind, change) => {
    const dir = await filledDirectory()
    await rewrite(dir, change)
    const node = await open(dir)
    const { problems } = await node.verify({ repair: true })
    expect(problems).toMatchObject([{ kind, outcome: 'repaired' }])
    expect((await node.verify()).problems).toEqual(CLEAN)
    expect((await node.contexts.get('/a')).body).toBe('turn 4')
  })

  test('a signature that does not fit is reported', async () => {
    const dir = await filledDirectory()
    await rewrite(dir, async (store) => {
      const key = keys.logHeader(1)
      const value = Uint8Array.from(store.getSync(key) ?? [])
      value[40]! ^= 1
      return [{ type: 'put', key, value }]
    })
    const { problems } = await (await open(dir)).verify({ repair: true })
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'signature-invalid', outcome: 'reported' }))
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'chain-broken', outcome: 'reported' }))
  })
})

test('under a path only what lies there is compared', async () => {
  const dir = await filledDirectory()
  await rewrite(dir, (store) => replaced(store, keys.context(parsePath('/a')), ['turn 4', 'turn 5']))
  const node = await open(dir)
  expect((await node.verify({ under: '/moved' })).problems).toEqual(CLEAN)
  expect((await node.verify({ under: '/a' })).problems).toMatchObject([{ kind: 'content-differs', where: '/a' }])
})

async function deletions(store: OrderedStore, family: KeyFamily): Promise<readonly StoreOperation[]> {
  const found = (await collect(store.scanKeys(keys.family(family)))).flat()
  return found.map((key) => ({ type: 'del', key }))
}

async function replaced(
  store: OrderedStore,
  key: StoreKey,
  [was, is]: readonly [string | RegExp, string]
): Promise<readonly StoreOperation[]> {
  const text = store.getTextSync(key)?.replace(was, is)
  if (text === undefined) throw new TypeError(`There is no ${key}`)
  return [{ type: 'put', key, value: text }]
}
