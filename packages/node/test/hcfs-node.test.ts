import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FORMAT_LIMITS } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../src/hcfs-node.ts'
import type { OpenNodeOptions } from '../src/open-node.ts'
import { openNode } from '../src/open-node.ts'
import { collect } from './collect.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function open(options: OpenNodeOptions): Promise<HcfsNode> {
  const node = await openNode(options)
  onTestFinished(() => node.close())
  return node
}

test('a second node on one directory is told who holds it', async () => {
  const dir = await temporaryDirectory()
  await open({ dir })
  await expect(openNode({ dir })).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE', details: { pid: process.pid } })
})

test('a node that was opened again is the same one, and goes on in its chain', async () => {
  const dir = await temporaryDirectory()
  const first = await open({ dir })
  await first.contexts.put('/a', { body: 'one' })
  await first.close()
  const second = await open({ dir })
  expect([second.id, second.networkId]).toEqual([first.id, first.networkId])
  await second.contexts.put('/a', { body: 'two' })
  expect((await second.verify()).problems).toEqual([])
})

test('a node without its device key is not made another one', async () => {
  const dir = await temporaryDirectory()
  await (await open({ dir })).close()
  await rm(join(dir, 'device.key'))
  await expect(openNode({ dir })).rejects.toMatchObject({ code: 'KEY_FILE_MISSING' })
})

test('status counts what there is', async () => {
  const dir = await temporaryDirectory()
  const node = await open({ dir, name: 'desk' })
  await node.contexts.put('/a', { body: 'one' })
  await node.contexts.put('/b', { body: 'two' })
  await node.contexts.remove('/b')
  expect(await node.status()).toMatchObject({
    ...{ name: 'desk', directory: dir, durability: 'disk', contexts: 1, trashed: 1, commits: 3 },
    ...{ node: node.id, network: node.networkId, storeBytes: expect.any(Number) }
  })
})

test('disk usage sums what lies at and below each child', async () => {
  const node = await open({ memory: true })
  for (const path of ['/a', '/a/b', '/c/d']) await node.contexts.put(path, { body: 'ü' })
  expect(await collect(node.diskUsage('/'))).toMatchObject([
    { path: '/a', contexts: 2, bodyBytes: 4 },
    { path: '/c', contexts: 1, bodyBytes: 2 }
  ])
})

test('closing waits for what is being written, and nothing works afterwards', async () => {
  const dir = await temporaryDirectory()
  const node = await open({ dir })
  await node.contexts.put('/cached', { body: 'one' })
  const writes = Array.from({ length: 20 }, (_, index) => node.contexts.put(`/${index}`, { body: `${index}` }))
  // A writer is answered, or was refused; a watcher hears that there is nothing more to come.
  const watching = collect(node.contexts.watch('/'))
  const settled = Promise.allSettled([watching, ...writes])
  await Promise.all([node.close(), node.close()])
  const [watched, ...written] = await settled
  expect(watched).toMatchObject({ status: 'rejected', reason: { code: 'NODE_NOT_RUNNING' } })
  expect(written.every(({ status }) => status === 'fulfilled')).toBe(true)
  await expect(node.contexts.get('/cached')).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  await expect(node.contexts.put('/late', { body: '' })).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  expect(await collect((await open({ dir })).contexts.list('/'))).toHaveLength(21)
})

test('a batch of contexts whose documents are not in memory is written', async () => {
  const node = await open({ memory: true, limits: { documentsLiveMax: 1 } })
  const paths = ['/a', '/b', '/c']
  for (const path of paths) await node.contexts.put(path, { body: path })
  const edit = (path: string) => ({ edit: { path, change: [{ kind: 'body.insert', at: 0, text: '!' }] as const } })
  await node.contexts.batch(paths.map(edit))
  for (const path of paths) expect((await node.contexts.get(path)).body).toBe(`!${path}`)
})

test('a batch that is too large for one commit fails alone', async () => {
  const node = await open({ memory: true })
  const large = Array.from({ length: 5 }, (_, index) => ({ put: { path: `/${index}`, body: 'x'.repeat(1_000_000) } }))
  const [batch, put] = await Promise.allSettled([
    node.contexts.batch(large),
    node.contexts.put('/a', { body: 'small' })
  ])
  expect([batch, put]).toMatchObject([{ reason: { code: 'BATCH_TOO_LARGE' } }, { status: 'fulfilled' }])
})

test('with buffered durability a write is read at once', async () => {
  const node = await open({ dir: await temporaryDirectory(), durability: 'buffered' })
  for (let turn = 0; turn < 20; turn += 1) {
    await node.contexts.put('/a', { body: `${turn}` })
    expect((await node.contexts.get('/a')).body).toBe(`${turn}`)
  }
})

test('every entry of the largest commit can be read at its version', async () => {
  const node = await open({ memory: true })
  const items = Array.from({ length: FORMAT_LIMITS.commitEntriesMax }, (_, index) => {
    return { put: { path: `/${index}`, body: `${index}` } }
  })
  const receipts = (await node.contexts.batch(items)).items
  for (const [index, item] of receipts.entries()) {
    if (!('receipt' in item)) throw new TypeError('An atomic batch gives receipts')
    expect((await node.contexts.get(`/${index}`, { at: item.receipt.version })).body).toBe(`${index}`)
  }
})

test('history goes on in pages across a move', async () => {
  const node = await open({ memory: true })
  for (const body of ['one', 'two']) await node.contexts.put('/a', { body })
  await node.contexts.move('/a', '/b')
  const whole = await collect(node.contexts.history('/b'))
  const paged = [...(await collect(node.contexts.history('/b', { limit: 1 })))]
  for (let last = paged.at(-1); last !== undefined; last = paged.at(-1)) {
    const page = await collect(node.contexts.history('/b', { limit: 1, before: last.version }))
    if (page.length === 0) break
    paged.push(...page)
  }
  expect(paged.map(({ commit }) => commit)).toEqual(whole.map(({ commit }) => commit))
  expect(whole.length).toBeGreaterThan(2)
})
