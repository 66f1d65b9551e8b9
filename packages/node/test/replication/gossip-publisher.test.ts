import type { ContextPath } from '@hcfs/core'
import { parsePath, ROOT_PATH, SeededRandom, SystemClock, settle, silentLogger } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { foundNetwork } from '../../../../test/simulation/founding.ts'
import { ChangeSignal } from '../../src/replica/change-signal.ts'
import { decodeGossip } from '../../src/replication/gossip-codec.ts'
import { GossipPublisher } from '../../src/replication/gossip-publisher.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'
import { makeReplica } from './replica-adapter.ts'

const WITHIN = { timeout: 20_000, interval: 2 }

/** A publisher whose disk says by itself how far it is, and whose network may be slow. */
async function publisher({ author = 0 } = {}) {
  const founding = foundNetwork(new SeededRandom(2), { memberCount: 2 })
  const { replica, state } = makeReplica({ founding, member: founding.members[0]!, store: new MemoryStore() })
  await replica.start()
  const durable = new ChangeSignal(0)
  const published: Uint8Array[] = []
  const network = { slow: undefined as PromiseWithResolvers<void> | undefined, recipients: 1 }
  const unheard: ContextPath[] = []
  const stopping = new AbortController()
  const running = new GossipPublisher(
    {
      transport: {
        device: founding.members[author]!.key.deviceId,
        publish: async (_topic, bytes) => {
          published.push(bytes)
          await network.slow?.promise
          return { recipients: network.recipients }
        }
      },
      clock: new SystemClock(),
      log: silentLogger,
      state: { ...state, changes: durable },
      policy: { state: founding.policy },
      spaces: () => [ROOT_PATH],
      onUnheard: (space) => unheard.push(space)
    },
    { network: founding.policy.network, gossipCollectMsMax: 60_000, gossipCollectBytesMax: 65_536 }
  ).run(stopping.signal)
  running.catch(() => {})
  onTestFinished(async () => {
    stopping.abort()
    await running.catch(() => {})
    await replica.stop()
  })
  const put = (path: string, text: string) =>
    replica.write({
      paths: [parsePath(path)],
      decide: () => [{ kind: 'update', path: parsePath(path), operations: [{ kind: 'body.replace', text }] }]
    })
  const told = () =>
    published.map((bytes) => {
      const gossip = decodeGossip(bytes, { network: founding.policy.network, space: ROOT_PATH })
      return gossip?.gossip === 'commits' ? gossip.commits.length : 0
    })
  return { replica, durable, network, put, told, unheard }
}

test('nothing is told before it is on the disk', async () => {
  const { durable, put, told } = await publisher()
  await put('/a', 'one')
  await put('/b', 'two')
  await settle()
  expect(told()).toEqual([])
  durable.advance(1)
  await expect.poll(told, WITHIN).toEqual([1])
  durable.advance(2)
  await expect.poll(told, WITHIN).toEqual([1, 1])
})

test('what comes while a message is being sent is told in one', async () => {
  const { durable, network, put, told } = await publisher()
  network.slow = Promise.withResolvers()
  for (const path of ['/a', '/b', '/c', '/d']) await put(path, path)
  durable.advance(1)
  await expect.poll(told, WITHIN).toEqual([1])
  durable.advance(2)
  durable.advance(4)
  await settle()
  expect(told()).toEqual([1])
  network.slow.resolve()
  await expect.poll(told, WITHIN).toEqual([1, 3])
})

test('what no neighbour took is left to reconciliation at once', async () => {
  const { durable, network, put, told, unheard } = await publisher()
  await put('/a', 'heard')
  await put('/b', 'told to nobody')
  durable.advance(1)
  await expect.poll(told, WITHIN).toEqual([1])
  network.recipients = 0
  durable.advance(2)
  await expect.poll(() => unheard, WITHIN).toEqual([ROOT_PATH])
})

test('a commit of somebody else is not told again', async () => {
  const { durable, replica, put, told } = await publisher({ author: 1 })
  await put('/a', 'one')
  expect(replica.changes.position).toBe(1)
  durable.advance(1)
  await settle()
  expect(told()).toEqual([])
})
