import { expect, test } from 'vitest'
import { startCluster, within } from './harness/cluster.ts'

test('what one of three nodes writes is read on the others, and its receipt says so', async () => {
  const cluster = await startCluster(3)
  const [ada, bob] = [await cluster.node(0), await cluster.node(1)]

  const receipt = await ada.contexts.put('/notes/docking', { body: 'Tuesday.', tags: ['docking'] })
  const { holders } = await receipt.replicated({ copies: 3, timeoutMs: 20_000 })

  expect(holders).toHaveLength(3)
  expect(await bob.contexts.get('/notes/docking', { after: receipt.token })).toMatchObject({ body: 'Tuesday.' })
  await cluster.expectEqual()
})

test('both sides of a frozen node write on, and nothing of either is lost', async () => {
  const cluster = await startCluster(2)
  const [ada, bob] = [await cluster.node(0), await cluster.node(1)]
  await ada.contexts.put('/shared', { body: 'first\n', fields: { from: 'ada' } })
  await cluster.caughtUp()

  cluster.member(1).freeze()
  await ada.contexts.edit('/shared', (draft) => draft.body.append('from ada\n'))
  await expect(ada.network.wait({ timeoutMs: 500 })).resolves.toMatchObject({ state: 'not-caught-up' })
  cluster.member(1).thaw()
  await bob.contexts.edit('/shared', (draft) => draft.fields.set('also', 'bob'))

  await cluster.caughtUp()
  await cluster.expectEqual()
  expect(await bob.contexts.get('/shared')).toMatchObject({
    body: 'first\nfrom ada\n',
    fields: { from: 'ada', also: 'bob' }
  })
})

test('a node that was killed while others wrote catches up, and keeps what it had acknowledged', async () => {
  const cluster = await startCluster(3)
  const written: string[] = []
  const write = async (index: number, path: string): Promise<void> => {
    const { contexts } = await cluster.node(index)
    await contexts.put(path, { body: path })
    written.push(path)
  }
  for (let turn = 0; turn < 20; turn += 1) await write(1, `/before/${turn}`)

  await cluster.member(1).kill()
  for (let turn = 0; turn < 20; turn += 1) await write(turn % 2 === 0 ? 0 : 2, `/meanwhile/${turn}`)
  await cluster.member(1).start()

  await cluster.caughtUp()
  await cluster.expectEqual()
  const { contexts } = await cluster.node(1)
  for (const path of written) expect(await contexts.get(path)).toMatchObject({ body: path })
})

test('a revoked node is cut off, and what it had written stays', async () => {
  const cluster = await startCluster(3)
  const [ada, bob, cyn] = [await cluster.node(0), await cluster.node(1), await cluster.node(2)]
  await bob.contexts.put('/by/bob', { body: 'kept' })
  await cluster.caughtUp()

  const { node: device } = cluster.member(1).ready
  const { outcome, fallingEntries } = await ada.network.revoke(device)
  expect([outcome?.state, fallingEntries]).toEqual(['signed', 0])
  await bob.contexts.put('/by/bob/later', { body: 'too late' }).catch(() => {})
  await ada.contexts.put('/after', { body: 'for members only' })

  await within(20_000, async () => {
    expect(await cyn.contexts.get('/after')).toMatchObject({ body: 'for members only' })
    expect((await ada.network.peers()).filter((peer) => peer.device === device && peer.state === 'connected')).toEqual(
      []
    )
  })
  expect(await cyn.contexts.get('/by/bob')).toMatchObject({ body: 'kept' })
  await expect(cyn.contexts.get('/by/bob/later')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  await expect(bob.contexts.get('/after')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
})
