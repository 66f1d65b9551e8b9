import { HcfsError, settle } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { ACK_PROTOCOL, encodeAckFrame } from '../../src/convergence/ack-frame.ts'
import { signFrontier } from '../../src/convergence/frontier-message.ts'
import { frontier, sampleKey } from './frontier-samples.ts'
import type { SampleNode } from './sample-network.ts'
import { PAUSE_MS, SampleNetwork, START_MS } from './sample-network.ts'

async function network<Names extends readonly string[]>(...names: Names) {
  const sample = new SampleNetwork(names)
  await sample.start()
  const [ada, bob, carol] = sample.nodes as readonly [SampleNode, SampleNode, SampleNode]
  return { sample, ada, bob, carol }
}

async function replicaOf(of: SampleNode, seenFrom: SampleNode) {
  const { spaces } = await seenFrom.convergence.status()
  return spaces[0]?.replicas.find(({ member }) => member === of.device)
}

/** What a call ends with, once enough time has passed on the manual clock. */
async function after<Result>(sample: SampleNetwork, ms: number, call: Promise<Result>): Promise<Result | HcfsError> {
  const settled = call.catch((error: unknown) => {
    if (error instanceof HcfsError) return error
    throw error
  })
  await sample.run(ms)
  return Promise.race([settled, settle().then(() => Promise.reject(new Error(`Still open after ${ms} ms`)))])
}

describe('copies of a write', () => {
  test('the nodes that hold it on their disks are named at once, without waiting for a pause', async () => {
    const { sample, ada, bob } = await network('ada', 'bob')
    await sample.connect(ada, bob)
    const commit = ada.copy.write(ada.device)
    const copies = ada.convergence.replicated(commit, { copies: 2, timeoutMs: 1_000 })
    await sample.run(100)
    bob.copy.fetch(ada.copy)
    expect(await after(sample, 200, copies)).toEqual({ holders: ['ada', 'bob'] })
  })

  test('who is missing is named, with the reason', async () => {
    const { sample, ada, bob, carol } = await network('ada', 'bob', 'carol')
    await sample.connect(ada, bob)
    bob.standing = { parked: [], isDiskFull: true, voidCount: 0 }
    bob.exchange.standingChanged()
    const commit = ada.copy.write(ada.device)
    const error = await after(sample, 6_000, ada.convergence.replicated(commit, { copies: 3, timeoutMs: 5_000 }))
    expect(error).toMatchObject({ code: 'NOT_REPLICATED', details: { have: 1, copies: 3, missing: 'bob, carol' } })
    expect(String(error)).toMatch(/The disk of bob is full; make room there.*carol was not heard of/)
    expect(carol.punished).toEqual([])
  })

  test('more copies than there are replicas fail before the time is up', async () => {
    const { ada } = await network('ada', 'bob')
    const commit = ada.copy.write(ada.device)
    const call = ada.convergence.replicated(commit, { copies: 3, timeoutMs: 60_000 })
    await expect(call).rejects.toMatchObject({ code: 'NOT_REPLICATED' })
  })

  test('what is not on the disk yet counts nowhere, here or there', async () => {
    const { sample, ada, bob } = await network('ada', 'bob')
    await sample.connect(ada, bob)
    const commit = ada.copy.write(ada.device, { isDurable: false })
    const error = await after(sample, 2_000, ada.convergence.replicated(commit, { copies: 1, timeoutMs: 1_000 }))
    expect(error).toMatchObject({ code: 'NOT_REPLICATED', details: { have: 0 } })
    expect(bob.exchange.acknowledgements.known(ada.device, '/' as never)?.frontier.tips).toEqual([])
    const again = ada.convergence.replicated(commit, { copies: 1, timeoutMs: 1_000 })
    ada.copy.sync()
    expect(await after(sample, 100, again)).toEqual({ holders: ['ada'] })
  })

  test('a write that has become void is not said to be replicated', async () => {
    const { ada } = await network('ada', 'bob')
    const commit = ada.copy.write(ada.device)
    ada.copy.voids.set(1, new Map([[0, { reason: 'beyond-cut' }]]))
    const call = ada.convergence.replicated(commit, { copies: 1 })
    await expect(call).rejects.toMatchObject({ code: 'VOID', details: { reason: 'beyond-cut' } })
  })

  test('of a chain that forked only the right branch counts', async () => {
    const { sample, ada, bob, carol } = await network('ada', 'bob', 'carol')
    await sample.connect(ada, bob)
    const base = ada.copy.find(ada.copy.write(carol.device))
    bob.copy.fetch(ada.copy)
    const left = ada.copy.write(carol.device, { after: base, branch: 1 })
    bob.copy.write(carol.device, { after: base, branch: 2 })
    bob.copy.write(carol.device, { branch: 2 })
    ada.copy.fetch(bob.copy)
    const error = await after(sample, 5_000, ada.convergence.replicated(left, { copies: 2, timeoutMs: 4_000 }))
    expect(error).toMatchObject({ code: 'NOT_REPLICATED', details: { have: 1 } })
  })

  test('a member that is no neighbour is heard through one that is', async () => {
    const { sample, ada, bob, carol } = await network('ada', 'bob', 'carol')
    await sample.connect(ada, bob)
    await sample.connect(bob, carol)
    const commit = ada.copy.write(ada.device)
    for (const node of [bob, carol]) node.copy.fetch(ada.copy)
    const copies = ada.convergence.replicated(commit, { copies: 3, timeoutMs: 2_000 })
    expect(await after(sample, 1_000, copies)).toEqual({ holders: ['ada', 'bob', 'carol'] })
  })
})

describe('status and wait', () => {
  test('it says how far a replica is behind, and that it was cut off', async () => {
    const { sample, ada, bob } = await network('ada', 'bob')
    await sample.connect(ada, bob)
    await sample.run(PAUSE_MS)
    expect(await replicaOf(bob, ada)).toMatchObject({ state: 'caught-up', lagCommits: 0 })
    sample.wires.cut(ada.device, bob.device)
    const writtenMs = sample.clock.now()
    ada.copy.write(ada.device, { atMs: writtenMs })
    ada.copy.write(ada.device, { atMs: writtenMs + 10 })
    await sample.run(2_000)
    expect(await replicaOf(bob, ada)).toMatchObject({
      state: 'behind',
      reason: 'unreachable',
      lagCommits: 2,
      lagMs: sample.clock.now() - writtenMs,
      detail: expect.stringMatching(/bob cannot be reached since .*hcfs forget/)
    })
  })

  test.each([
    [
      'parked',
      { parked: [{ count: 3, reason: 'policy' }], isDiskFull: false },
      /On bob 3 commits wait for a newer policy/
    ],
    ['disk-full', { parked: [], isDiskFull: true }, /The disk of bob is full; make room there/]
  ] as const)('a replica says of itself that it is %s', async (reason, { parked, isDiskFull }, detail) => {
    const { sample, ada, bob } = await network('ada', 'bob')
    await sample.connect(ada, bob)
    bob.standing = { parked: parked.map((each) => ({ ...each, author: ada.device })), isDiskFull, voidCount: 0 }
    ada.copy.write(ada.device)
    await sample.run(2 * PAUSE_MS)
    expect(await replicaOf(bob, ada)).toMatchObject({ reason, detail: expect.stringMatching(detail) })
  })

  test('it says that this node lacks what others hold', async () => {
    const { sample, ada, bob } = await network('ada', 'bob')
    await sample.connect(ada, bob)
    bob.copy.write(bob.device)
    await sample.run(2 * PAUSE_MS)
    expect(await replicaOf(ada, ada)).toMatchObject({ isSelf: true, state: 'behind', lagCommits: 1, detail: /bob/ })
    ada.copy.fetch(bob.copy)
    expect(await replicaOf(ada, ada)).toMatchObject({ state: 'caught-up' })
  })

  test('wait ends when the last replica has what is here now, whatever is written meanwhile', async () => {
    const { sample, ada, bob } = await network('ada', 'bob')
    await sample.connect(ada, bob)
    ada.copy.write(ada.device)
    const waiting = ada.convergence.wait({ timeoutMs: 2_000 })
    await settle()
    bob.copy.fetch(ada.copy)
    ada.copy.write(ada.device)
    expect(await after(sample, 500, waiting)).toMatchObject({ state: 'caught-up' })
  })

  test('wait says who is missing when the time is up, and does not wait for the forgotten', async () => {
    const { sample, ada, bob } = await network('ada', 'bob')
    ada.copy.write(ada.device)
    const outcome = await after(sample, 1_000, ada.convergence.wait({ timeoutMs: 1_000 }))
    expect(outcome).toMatchObject({
      state: 'not-caught-up',
      replicas: [
        { name: 'ada', state: 'caught-up' },
        { name: 'bob', state: 'unknown', reason: 'not-heard' }
      ]
    })
    sample.policy.name(bob.device, 'bob', { isForgotten: true })
    expect(await ada.convergence.wait({ timeoutMs: 1 })).toMatchObject({ state: 'caught-up' })
  })

  test('a space that is not replicated here fails at once', async () => {
    const { sample, ada } = await network('ada', 'bob')
    sample.policy.sign({ kind: 'space', path: '/secret' as never })
    await expect(ada.convergence.wait({ under: '/secret/plans' })).rejects.toMatchObject({
      code: 'SPACE_NOT_REPLICATED'
    })
    await expect(ada.convergence.status('/secret')).rejects.toMatchObject({ code: 'SPACE_NOT_REPLICATED' })
    expect((await ada.convergence.status()).spaces).toMatchObject([
      { isReplicatedHere: true },
      { isReplicatedHere: false }
    ])
  })

  test('a caller who gives up ends the wait', async () => {
    const { ada } = await network('ada', 'bob')
    const ending = new AbortController()
    const waiting = ada.convergence.wait({ signal: ending.signal })
    await settle()
    ending.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})

describe('hostile neighbours', () => {
  test.each([
    ['bytes that are no frame', () => Uint8Array.of(1, 2, 3)],
    [
      'a frontier that the member did not sign',
      (victim: SampleNode, sample: SampleNetwork) => {
        const forger = sampleKey()
        const claim = { ...frontier(forger.deviceId, START_MS * 1_000), network: sample.policy.state.network }
        const { encoded } = signFrontier(claim, forger)
        // The same length, so that only the name changes.
        const forged = Buffer.from(encoded)
        forged.set(Buffer.from(victim.device, 'hex'), forged.indexOf(Buffer.from(forger.deviceId, 'hex')))
        return encodeAckFrame({ kind: 'frontiers', frontiers: [forged] })
      }
    ]
  ])('%s cost the stream, are reported, and count for nothing', async (_name, bytesOf) => {
    const { sample, ada, bob, carol } = await network('ada', 'bob', 'carol')
    await sample.connect(ada, bob)
    const stream = await bob.transport.openStream(ada.device, ACK_PROTOCOL, { signal: new AbortController().signal })
    await stream.send(bytesOf(carol, sample))
    await sample.run(200)
    expect(ada.punished).toEqual([expect.stringMatching(/no acknowledgement/)])
    expect(await replicaOf(carol, ada)).toMatchObject({ state: 'unknown' })
    expect(await replicaOf(bob, ada)).toMatchObject({ state: 'caught-up' })
  })
})
