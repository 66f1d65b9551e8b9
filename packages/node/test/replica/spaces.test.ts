import type { ContextPath } from '@hcfs/core'
import { ManualClock, parsePath, ROOT_PATH } from '@hcfs/core'
import type { Genesis, PolicyState } from '@hcfs/crdt'
import { DeviceKey, firstGrantOf, PolicyLog, SignatureVerifier, signPolicyEntry } from '@hcfs/crdt'
import { expect, onTestFinished, test } from 'vitest'
import type { TestReplicaOptions } from './test-replica.ts'
import { TestReplica } from './test-replica.ts'

const START_MS = 1_800_000_000_000
const INNER = parsePath('/inner')

const owner = key(1)
const device = key(3)
const genesis: Genesis = {
  ownerKey: owner.deviceId,
  recoveryKey: key(2).deviceId,
  firstDevice: device.deviceId,
  nonce: new Uint8Array(16),
  createdAtMs: START_MS
}

function key(seed: number): DeviceKey {
  return DeviceKey.fromSeed(new Uint8Array(32).fill(seed))
}

/** A network with a space beside the outermost one. */
function policyWithSpace(): PolicyState {
  const log = new PolicyLog(genesis, new SignatureVerifier())
  const { network, epoch, facts } = log.state
  const statements = [{ kind: 'space', path: INNER }] as const
  log.addEntry(signPolicyEntry({ network, epoch: epoch + 1, prev: facts.head, statements }, owner))
  return log.state
}

async function open(options: Partial<TestReplicaOptions> = {}): Promise<TestReplica> {
  const clock = new ManualClock(START_MS)
  const common = { key: device, grant: firstGrantOf(genesis), clock, policy: policyWithSpace() }
  const opened = await TestReplica.open({ ...common, ...options })
  onTestFinished(() => opened.replica.stop())
  return opened
}

test('each space has a chain and fingerprints of its own, and writers of two spaces share one group', async () => {
  const writer = await open()
  await Promise.all([writer.write('/outer', 'one'), writer.write('/inner/a', 'two'), writer.write('/outer/b', 'three')])
  await writer.write('/inner/a', 'four')
  const seqs = async (space: ContextPath) =>
    (await writer.commits())
      .filter(({ commit }) => commit.header.space === space)
      .map(({ commit }) => commit.header.seq)
  expect(await seqs(INNER)).toEqual([1, 2])
  expect(await seqs(ROOT_PATH)).toEqual([1])
  expect(writer.replica.tipsOf(INNER)).toMatchObject([{ seq: 2 }])
  expect(writer.replica.fingerprintsOf(INNER).root().count).toBe(1)
  expect(writer.replica.fingerprintsOf(ROOT_PATH).root().count).toBe(2)
  expect(await writer.problems()).toEqual([])
})

test('what several spaces hold is there after a restart, and another replica takes all of it', async () => {
  const writer = await open()
  for (const path of ['/outer', '/inner/a', '/inner/b']) await writer.write(path, path)
  await writer.restart()
  await writer.write('/inner/a', 'again')
  const copy = await open({ key: key(9) })
  const outcomes = await copy.replica.receiveCommits((await writer.commits()).toReversed())
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied', 'applied'])
  expect(await copy.state()).toEqual(await writer.state())
  expect(copy.replica.fingerprintsOf(INNER).root()).toEqual(writer.replica.fingerprintsOf(INNER).root())
  expect(await copy.problems()).toEqual([])
})

test('a batch that spans spaces is refused, and nothing of it is written', async () => {
  const writer = await open()
  const paths = ['/outer', '/inner/a'].map((path) => parsePath(path))
  const decide = () => paths.map((path) => ({ kind: 'update' as const, path, operations: [] }))
  await expect(writer.replica.write({ paths, decide })).rejects.toMatchObject({ code: 'BATCH_SPANS_SPACES' })
  expect(await writer.commits()).toEqual([])
})

test('a write without a grant is refused before anything is written, and each write names the grant of its path', async () => {
  const grant = firstGrantOf(genesis)
  const writer = await open({ grantFor: (path) => (path.startsWith('/inner') ? grant : undefined) })
  await expect(writer.write('/outer', 'no')).rejects.toMatchObject({ code: 'WRITE_NOT_GRANTED' })
  await writer.write('/inner/a', 'yes')
  expect((await writer.commits()).flatMap(({ commit }) => commit.entries.map((entry) => entry.grant))).toEqual([grant])
})

test('a replica that does not hold a space neither stores, serves nor writes it', async () => {
  const writer = await open()
  await writer.write('/inner/a', 'inside')
  await writer.write('/outer', 'outside')
  const partial = await open({ key: key(9), replicates: (space) => space === ROOT_PATH })
  const outcomes = await partial.replica.receiveCommits(await writer.commits())
  expect(outcomes).toMatchObject([
    { outcome: 'refused', error: { code: 'SPACE_NOT_REPLICATED' } },
    { outcome: 'applied' }
  ])
  await expect(partial.write('/inner/a', 'no')).rejects.toMatchObject({ code: 'SPACE_NOT_REPLICATED' })
  expect(() => partial.replica.fingerprintsOf(INNER)).toThrow(expect.objectContaining({ code: 'SPACE_NOT_REPLICATED' }))
  expect(() => partial.replica.assertReplicated(parsePath('/inner/a'))).toThrow(/inner/)
})
