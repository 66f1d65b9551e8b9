import type { DeviceId } from '@hcfs/core'
import { ManualClock, parsePath, ROOT_PATH, settle, silentLogger } from '@hcfs/core'
import { followSession, leadSession, PolicyState, SignatureVerifier } from '@hcfs/crdt'
import { expect, test } from 'vitest'
import type { FrameStream } from '../../src/network/transport.ts'
import { topicOf } from '../../src/network/transport.ts'
import { encodeRequest, FETCH_PROTOCOL } from '../../src/replication/fetch-codec.ts'
import { encodeGossip } from '../../src/replication/gossip-codec.ts'
import { GossipInbox } from '../../src/replication/gossip-inbox.ts'
import { GossipJudge } from '../../src/replication/gossip-judge.ts'
import { SessionRun } from '../../src/replication/session-run.ts'
import { envelope, SYNC_PROTOCOL } from '../../src/replication/sync-envelope.ts'
import type { ReplicatedNode } from './open-replicated-nodes.ts'
import { replicatedNodes } from './replicated-nodes.ts'
import { BOB, NETWORK, SPACE, sampleCommits } from './sample-gossip.ts'

const WITHIN = { timeout: 20_000, interval: 5 }
const FOREVER = { signal: new AbortController().signal }

async function pair(options = {}): Promise<[ReplicatedNode, ReplicatedNode]> {
  const { nodes } = await replicatedNodes(2, options)
  return nodes as [ReplicatedNode, ReplicatedNode]
}

async function untilEnded(stream: FrameStream): Promise<number> {
  let frames = 0
  try {
    for await (const _ of stream.frames()) frames += 1
  } catch {
    // A stream that was aborted throws.
  }
  return frames
}

test('a peer that says what nobody may say loses its stream, is reported, and costs nobody else anything', async () => {
  const [ada, bob] = await pair()
  const stream = await bob.transport.openStream(ada.device, SYNC_PROTOCOL, FOREVER)
  await stream.send(envelope(1, Uint8Array.of(0xff, 1, 2)))
  await untilEnded(stream)
  expect(ada.penalties).toEqual(['a message that is malformed'])
  await bob.put('/after', 'still served')
  await expect.poll(() => ada.body('/after'), WITHIN).toBe('still served')
})

test('a peer that asks for payloads in bytes that are no request loses its stream', async () => {
  const [ada, bob] = await pair()
  const stream = await bob.transport.openStream(ada.device, FETCH_PROTOCOL, FOREVER)
  await stream.send(Uint8Array.of(1))
  expect(await untilEnded(stream)).toBe(0)
  expect(ada.penalties).toEqual(['a request that is malformed'])
})

test('a peer whose gossip is no message is reported, and others are heard', async () => {
  const [ada, bob] = await pair()
  let turn = 0
  await expect
    .poll(async () => {
      await bob.transport.publish(topicOf(bob.policy.state.network, ROOT_PATH), Uint8Array.of(0xff, 1, turn++))
      return ada.penalties[0]
    }, WITHIN)
    .toBe('gossip that no node sends')
  await bob.put('/after', 'still served')
  await expect.poll(() => ada.body('/after'), WITHIN).toBe('still served')
})

test('a device that may not read a space is told nothing of it, neither by sessions nor by payloads', async () => {
  // Ada knows of nobody but herself.
  const alone = (index: number, policy: PolicyState): PolicyState => (index === 0 ? founded(policy) : policy)
  const [ada, bob] = await pair({ policyFor: alone })
  await ada.put('/secret', 'x'.repeat(400_000))
  const outcome = await bob.replication.sync.lead(ada.device, { space: ROOT_PATH })
  expect(outcome).toEqual({ reason: 'refused', why: 'not-readable' })
  const stream = await bob.transport.openStream(ada.device, FETCH_PROTOCOL, FOREVER)
  await stream.send(encodeRequest({ number: 1, commit: ada.replica.log.header(1).id, indexes: [0] }))
  const [answer] = await first(stream)
  expect(answer?.byteLength).toBeLessThan(10)
  expect(bob.body('/secret')).toBeUndefined()
})

test('a space that this node does not keep is refused to everybody', async () => {
  const [ada, bob] = await pair()
  expect(await bob.replication.sync.lead(ada.device, { space: parsePath('/other') })).toMatchObject({
    reason: 'refused'
  })
})

test('a peer that does not read is given up after half a minute', async () => {
  const clock = new ManualClock()
  const hanging = Promise.withResolvers<void>()
  const run = new SessionRun(
    {
      clock,
      log: silentLogger,
      receiver: { receiveCommits: async () => [], missing: () => [] },
      policy: { take: async () => {} },
      isAllowed: () => true,
      sourceOf: () => ({ summary: async () => ({ epoch: 0, root: new Uint8Array(32), count: 0, chains: 0 }) }) as never,
      send: () => hanging.promise,
      abandon: () => hanging.reject(new Error('abandoned'))
    },
    leadSession({ network: NETWORK, space: SPACE })
  )
  const outcome = run.run()
  await settle()
  await clock.advance(40_000)
  expect(await outcome).toMatchObject({ reason: 'stopped' })
})

test('a peer that says nothing is given up as well', async () => {
  const clock = new ManualClock()
  const session = followSession({ network: NETWORK, refusalFor: () => undefined })
  const run = new SessionRun(
    {
      clock,
      log: silentLogger,
      receiver: { receiveCommits: async () => [], missing: () => [] },
      policy: { take: async () => {} },
      isAllowed: () => true,
      sourceOf: () => ({}) as never,
      send: async () => {},
      abandon: () => {}
    },
    { session, effects: [] }
  )
  const outcome = run.run()
  await clock.advance(40_000)
  expect(await outcome).toEqual({ reason: 'timed-out' })
})

test('a storm of gossip is cut off by neighbour, and what was cut off counts as a gap', async () => {
  const clock = new ManualClock()
  const judge = new GossipJudge(
    { clock, policy: { state: memberOnly() }, verifier: new SignatureVerifier() },
    { network: NETWORK }
  )
  const bytes = encodeGossip({
    gossip: 'announced',
    announced: [{ id: sampleCommits([1])[0]!.commit.id, bytes: 1_000_000 }]
  })
  const large = new Uint8Array(200_000)
  const [storming, calm] = ['a', 'b'].map((digit) => digit.repeat(64) as DeviceId) as [DeviceId, DeviceId]
  const verdicts = Array.from({ length: 200 }, () => judge.judge({ from: storming, bytes: large }, SPACE))
  expect(verdicts.filter(({ verdict }) => verdict === 'reject')).toHaveLength(83)
  expect(verdicts.at(-1)).toMatchObject({ verdict: 'ignore', isGap: true })
  expect(judge.judge({ from: calm, bytes }, SPACE).verdict).toBe('accept')
  await clock.advance(1_000)
  expect(judge.judge({ from: storming, bytes }, SPACE).verdict).toBe('accept')
})

test('gossip is rejected when it is malformed or forged, and ignored while its author is unknown', () => {
  const judge = new GossipJudge(
    { clock: new ManualClock(), policy: { state: memberOnly() }, verifier: new SignatureVerifier() },
    { network: NETWORK }
  )
  const from = 'c'.repeat(64) as DeviceId
  const verdictOf = (bytes: Uint8Array) => judge.judge({ from, bytes }, SPACE).verdict
  const [byAda, byBob] = sampleCommits([3, 3]) as [
    ReturnType<typeof sampleCommits>[number],
    ReturnType<typeof sampleCommits>[number]
  ]
  expect(verdictOf(encodeGossip({ gossip: 'commits', commits: [byBob] }))).toBe('accept')
  expect(verdictOf(encodeGossip({ gossip: 'commits', commits: [byAda] }))).toBe('ignore')
  const forged = Uint8Array.from(byBob.commit.signature)
  forged[40]! ^= 1
  const commit = { ...byBob.commit, signature: forged }
  expect(verdictOf(encodeGossip({ gossip: 'commits', commits: [{ ...byBob, commit }] }))).toBe('reject')
  expect(verdictOf(Uint8Array.of(1, 2))).toBe('reject')
})

test('what waits to be judged is bounded; the rest is left to reconciliation', async () => {
  const gaps: DeviceId[] = []
  const inbox = new GossipInbox({
    receiver: { receiveCommits: () => new Promise(() => {}), missing: () => [] },
    fetcher: { complete: async () => undefined },
    log: silentLogger,
    onGap: (peer) => gaps.push(peer)
  })
  inbox.start()
  const [commit] = sampleCommits([200_000])
  const from = 'd'.repeat(64) as DeviceId
  for (let count = 0; count < 100; count += 1) inbox.take(from, [commit!])
  expect(gaps).toHaveLength(17)
})

/** The policy before anybody else was admitted. */
function founded(policy: PolicyState): PolicyState {
  return Object.create(policy, {
    mayRead: { value: () => false }
  }) as PolicyState
}

/** One in which Bob is the only member. */
function memberOnly(): PolicyState {
  const state = PolicyState.found({
    ownerKey: BOB.deviceId,
    recoveryKey: BOB.deviceId,
    firstDevice: BOB.deviceId,
    nonce: new Uint8Array(16),
    createdAtMs: 1
  })
  return state
}

async function first(stream: FrameStream): Promise<Uint8Array[]> {
  for await (const frame of stream.frames()) return [frame]
  return []
}
