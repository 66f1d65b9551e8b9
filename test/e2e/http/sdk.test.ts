import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { VerifyProgress } from '@hcfs/core'
import { HcfsError, parsePath, SystemClock, silentLogger } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import { connect } from '@hcfs/sdk'
import { createServer } from '@hcfs/server'
import { expect, onTestFinished, test } from 'vitest'
import { serveLocally } from './local-node.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('without a node, connecting says how to start one', async () => {
  const dir = await temporaryDirectory()
  await expect(connect({ dir })).rejects.toMatchObject({
    code: 'NODE_NOT_RUNNING',
    message: expect.stringContaining('hcfs start')
  })
})

test('a program names itself once, and may say more in a call', async () => {
  const { dir } = await serveLocally()
  await using client = await connect({ dir, agent: 'planner' })
  await client.contexts.put('/a', { body: 'one' })
  expect((await client.contexts.get('/a')).by).toEqual({ agent: 'planner' })
  await client.contexts.put('/a', { body: 'two' }, { by: { run: '7' } })
  expect((await client.contexts.get('/a')).by).toEqual({ agent: 'planner', run: '7' })
  await client.contexts.batch([{ edit: { path: '/a', change: (draft) => draft.body.append('!') } }], {
    by: { agent: 'x' }
  })
  expect((await client.contexts.get('/a')).by).toEqual({ agent: 'x' })
  await client.contexts.move('/a', '/b')
  expect((await client.contexts.get('/b')).by).toEqual({ agent: 'planner' })
})

test('two clients see the same node, and closing one leaves it running', async () => {
  const { dir } = await serveLocally()
  await using reader = await connect({ dir })
  {
    await using writer = await connect({ dir })
    await writer.contexts.put('/a', { body: 'one' })
  }
  expect((await reader.contexts.get('/a')).body).toBe('one')
})

test('a client goes on when the node was started again', async () => {
  const { dir, socketPath, node, server } = await serveLocally()
  await using client = await connect({ dir })
  await client.contexts.put('/a', { body: 'one' })
  await server.close()
  await expect(client.contexts.get('/a')).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  const second = createServer({ node, clock: new SystemClock(), log: silentLogger, stop: () => {} })
  onTestFinished(() => second.close())
  await second.listen({ socketPath })
  expect((await client.contexts.get('/a')).body).toBe('one')
})

test('a watcher is told when its node stops', async () => {
  const { dir, server } = await serveLocally()
  await using client = await connect({ dir })
  await client.contexts.put('/a', { body: 'one' })
  const changes = client.contexts.watch('/', { from: 0 })[Symbol.asyncIterator]()
  await changes.next()
  const next = changes.next()
  await Promise.all([server.close(), expect(next).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })])
})

test('a receipt is asked about as long as the node holds its commit', async () => {
  const { dir } = await serveLocally()
  await using client = await connect({ dir })
  const first = await client.contexts.put('/a', { body: 'one' })
  const second = await client.contexts.put('/a', { body: 'two' })
  expect((await first.replicated({ copies: 1 })).holders).toHaveLength(1)
  expect((await second.replicated({ copies: 1 })).holders).toHaveLength(1)
})

test('a listing that fails in the middle gives what came before, then the failure', async () => {
  const node = await openNode({ memory: true })
  node.contexts.list = async function* () {
    yield { path: parsePath('/a'), isContext: false }
    throw new HcfsError('STORAGE_CORRUPT', 'A record is damaged', { details: { key: 'k' } })
  }
  const { dir } = await serveLocally({ node })
  await using client = await connect({ dir })
  const rows = client.contexts.list('/')[Symbol.asyncIterator]()
  expect(await rows.next()).toMatchObject({ value: { path: '/a' } })
  await expect(rows.next()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT', details: { key: 'k' } })
})

test('a client has its node checked, and hears how far that is', async () => {
  const { dir, node } = await serveLocally()
  await using client = await connect({ dir })
  await client.contexts.put('/a', { body: 'one' })
  const steps: VerifyProgress[] = []
  const report = await client.verify({ onProgress: (progress) => steps.push(progress) })
  expect(report).toEqual(await node.verify())
  expect(report).toMatchObject({ contexts: 1, problems: [] })
  for (const { checked, total } of steps) expect(checked).toBeLessThanOrEqual(total)
})

test('a client has its node backed up into a file that is named from here', async () => {
  const { dir } = await serveLocally()
  await using client = await connect({ dir })
  await client.contexts.put('/a', { body: 'one' })
  const file = join(await temporaryDirectory(), 'backup')
  const { bytes, contexts } = await client.backup(relative(process.cwd(), file))
  expect(contexts).toBe(1)
  expect((await stat(file)).size).toBe(bytes)
  await expect(client.backup(file)).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
})

test('a client says how its node is, and what lies where', async () => {
  const { dir, node } = await serveLocally()
  await using client = await connect({ dir })
  await client.contexts.put('/a/b', { body: 'one' })
  expect(await client.status()).toEqual(await node.status())
  const usage: object[] = []
  for await (const row of client.diskUsage('/')) usage.push(row)
  const embedded: object[] = []
  for await (const row of node.diskUsage('/')) embedded.push(row)
  expect(usage).toEqual(embedded)
  expect(usage.length).toBeGreaterThan(0)
})
