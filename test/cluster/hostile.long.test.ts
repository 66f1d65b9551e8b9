import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect as connectSocket } from 'node:net'
import { commitId, ROOT_PATH, SystemRandom } from '@hcfs/core'
import type { RemoteNode } from '@hcfs/sdk'
import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, onTestFinished, test } from 'vitest'
import { encodePart } from '../../packages/node/src/network/frame-decoder.ts'
import { topicOf } from '../../packages/node/src/network/transport.ts'
import { FETCH_PROTOCOL } from '../../packages/node/src/replication/fetch-codec.ts'
import { encodeGossip } from '../../packages/node/src/replication/gossip-codec.ts'
import { envelope, SYNC_PROTOCOL } from '../../packages/node/src/replication/sync-envelope.ts'
import { rawPeer } from '../../packages/node/test/network/raw-peer.ts'
import { sampleCommits } from '../../packages/node/test/replication/sample-gossip.ts'
import type { Cluster } from './harness/cluster.ts'
import { startCluster } from './harness/cluster.ts'
import type { HostileMember } from './harness/hostile-member.ts'
import { hostileMember } from './harness/hostile-member.ts'

const POLICY_PROTOCOL = '/hcfs/policy/1'
const ACK_PROTOCOL = '/hcfs/ack/1'
const SLOW_SOCKETS = 150
const FLOOD_MESSAGES = 8_000
const PATIENCE = { timeout: 60_000, interval: 100 }
const random = new SystemRandom()

/** What one node writes is on the disk of the other, and both say who they are. */
async function expectServed(cluster: Cluster, after: string): Promise<void> {
  const [ada, bob] = [await cluster.node(0), await cluster.node(1)]
  const path = `/after/${after}`
  const receipt = await ada.contexts.put(path, { body: after })
  await receipt.replicated({ copies: 2, timeoutMs: 30_000 })
  expect(await bob.contexts.get(path)).toMatchObject({ body: after })
  for (const node of [ada, bob]) expect(await node.status()).toMatchObject({ node: expect.any(String) })
}

async function isConnected({ network }: RemoteNode, device: string): Promise<boolean> {
  return (await network.peers()).some((peer) => peer.device === device && peer.state === 'connected')
}

async function attackers(cluster: Cluster, count: number): Promise<HostileMember[]> {
  const ticket = await cluster.member(0).ticket(count)
  return Promise.all(Array.from({ length: count }, () => hostileMember(ticket)))
}

function victimOf(cluster: Cluster): readonly string[] {
  return cluster.member(0).ready.listen
}

test('strangers get no connection, whatever they say or do not say, and members are served meanwhile', async () => {
  const cluster = await startCluster(2)
  const addresses = victimOf(cluster).map((address) => multiaddr(address))
  const port = Number(/\/tcp\/(\d+)/.exec(victimOf(cluster)[0]!)?.[1])

  const silent = await Promise.all(Array.from({ length: SLOW_SOCKETS }, () => openSocket(port)))
  await expectServed(cluster, 'sockets that say nothing')
  for (const socket of silent.slice(0, SLOW_SOCKETS / 2)) socket.write(random.bytes(1_000))
  await expectServed(cluster, 'sockets that say rubbish')

  const stranger = await rawPeer()
  await expect(stranger.dial(addresses, { signal: AbortSignal.timeout(20_000) })).rejects.toThrow()
  expect(stranger.getConnections()).toEqual([])
  const { network } = await cluster.node(0)
  expect((await network.peers()).filter(({ state }) => state === 'connected')).toHaveLength(1)
  await expectServed(cluster, 'a stranger')
}, 120_000)

test('a ticket that was changed, or belongs to another network, lets nobody in', async () => {
  const cluster = await startCluster(2)
  const ticket = await cluster.member(0).ticket(1)
  const at = ticket.length - 9
  const changed = ticket.slice(0, at) + (ticket[at] === 'a' ? 'b' : 'a') + ticket.slice(at + 1)

  await expect(hostileMember(changed)).rejects.toMatchObject({ code: expect.stringMatching(/^TICKET_/) })
  await hostileMember(ticket)
  await expect(hostileMember(ticket)).rejects.toMatchObject({ code: 'TICKET_USED_UP' })
  await expectServed(cluster, 'bad tickets')
}, 120_000)

/** Each by a member of its own: who was caught once is not heard for a while. */
const RUBBISH: Readonly<Record<string, { readonly protocol: string; readonly bytes: () => Uint8Array }>> = {
  'a frame beyond every limit': { protocol: SYNC_PROTOCOL, bytes: () => Uint8Array.of(0, 0x7f, 0xff, 0xff, 0xff) },
  'an unknown part': { protocol: SYNC_PROTOCOL, bytes: () => Uint8Array.of(9, 0, 0, 0, 0) },
  'a message of sync that is none': { protocol: SYNC_PROTOCOL, bytes: () => framed(envelope(1, random.bytes(500))) },
  'a request for payloads that is none': { protocol: FETCH_PROTOCOL, bytes: () => framed(random.bytes(500)) },
  'an acknowledgement that is none': { protocol: ACK_PROTOCOL, bytes: () => framed(random.bytes(500)) },
  'a policy that is none': { protocol: POLICY_PROTOCOL, bytes: () => framed(random.bytes(500)) }
}

test('a member that sends what no node sends loses its stream, and the others are served', async () => {
  const cluster = await startCluster(2)
  const hostile = await attackers(cluster, Object.keys(RUBBISH).length)

  for (const [index, [what, { protocol, bytes }]] of Object.entries(RUBBISH).entries()) {
    const connection = await hostile[index]!.dial(victimOf(cluster))
    const stream = await connection.newStream(protocol)
    stream.send(bytes())
    await expect.poll(() => [what, isOver(stream)], PATIENCE).toEqual([what, true])
  }
  await expectServed(cluster, 'rubbish')
}, 120_000)

test('streams that are never finished, and sessions without an end, cost only whoever leads them', async () => {
  const cluster = await startCluster(2)
  const [slow] = await attackers(cluster, 1)
  const connection = await slow!.dial(victimOf(cluster))
  const opened = await Promise.allSettled(
    Array.from({ length: 500 }, () => connection.newStream(SYNC_PROTOCOL, { maxOutboundStreams: 1_000 }))
  )
  const streams = opened.flatMap((each): Stream[] => (each.status === 'fulfilled' ? [each.value] : []))
  for (const stream of streams)
    if (stream.status === 'open') stream.send(encodePart({ kind: 'data', frame: random.bytes(99) }).subarray(0, 20))

  await expectServed(cluster, 'half frames')
  const { contexts } = await cluster.node(1)
  const receipt = await contexts.put('/from/the/other/side', { body: 'as well' })
  expect((await receipt.replicated({ copies: 2, timeoutMs: 30_000 })).holders).toContain('node0')
}, 120_000)

test('forged commits and rubbish on a topic cost their sender its connection, and change nothing', async () => {
  const cluster = await startCluster(2)
  const [forger, babbler] = await attackers(cluster, 2)
  const node = await cluster.node(0)
  const victim = cluster.member(0).ready.node
  const forged = sampleCommits([100, 100]).map(({ commit, payloads }) => ({
    commit: { ...commit, header: { ...commit.header, network: forger!.network, space: ROOT_PATH, author: victim } },
    payloads
  }))

  await saysUntilCutOff(cluster, forger!, () => encodeGossip({ gossip: 'commits', commits: forged }))
  await saysUntilCutOff(cluster, babbler!, () => random.bytes(2_000))

  await expect(node.contexts.get('/team/note-0')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  await expectServed(cluster, 'forged commits')
  expect((await node.verify()).problems).toEqual([])
}, 120_000)

test('a flood of announcements of what does not exist keeps nobody from being served', async () => {
  const cluster = await startCluster(2)
  const [flooder] = await attackers(cluster, 1)
  const { network, gossipsub } = flooder!
  const topic = topicOf(network, ROOT_PATH)
  await joinTopic(cluster, flooder!)

  for (let count = 0; count < FLOOD_MESSAGES; count += 1) {
    const announced = [{ id: commitId(random.bytes(32)), bytes: 1_000 }]
    const isHeard = await gossipsub.publish(topic, encodeGossip({ gossip: 'announced', announced })).then(
      () => true,
      // It was cut off for it.
      () => false
    )
    if (!isHeard) break
    if (count % (FLOOD_MESSAGES / 4) === 0) await expectServed(cluster, `message ${count}`)
  }
  await expectServed(cluster, 'the flood')
}, 120_000)

async function joinTopic(cluster: Cluster, { network, gossipsub, dial }: HostileMember): Promise<void> {
  const topic = topicOf(network, ROOT_PATH)
  gossipsub.subscribe(topic)
  await dial(victimOf(cluster))
  await expect.poll(() => gossipsub.getSubscribers(topic).length, PATIENCE).toBe(1)
}

/** One message is enough. */
async function saysUntilCutOff(cluster: Cluster, hostile: HostileMember, words: () => Uint8Array): Promise<void> {
  const { device, network, gossipsub } = hostile
  await joinTopic(cluster, hostile)
  const node = await cluster.node(0)
  expect(await isConnected(node, device)).toBe(true)
  await gossipsub.publish(topicOf(network, ROOT_PATH), words())
  await expect.poll(() => isConnected(node, device), PATIENCE).toBe(false)
}

function framed(frame: Uint8Array): Uint8Array {
  return encodePart({ kind: 'data', frame })
}

function isOver(stream: Stream): boolean {
  return stream.status !== 'open' || stream.remoteWriteStatus !== 'writable'
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connectSocket(port, '127.0.0.1')
  // Being cut off is what is expected here.
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}
