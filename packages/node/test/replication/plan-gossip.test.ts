import { parsePath, ROOT_PATH, SeededRandom } from '@hcfs/core'
import { DeviceKey, networkOf, PolicyLog, SignatureVerifier, signGrant, signPolicyEntry } from '@hcfs/crdt'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foundNetwork } from '../../../../test/simulation/founding.ts'
import { encodeGossip, GOSSIP_BYTES_MAX } from '../../src/replication/gossip-codec.ts'
import { isOpenSpace } from '../../src/replication/open-spaces.ts'
import { planGossip } from '../../src/replication/plan-gossip.ts'
import { sampleCommits } from './sample-gossip.ts'

const OPEN = { isOpen: true, collectBytesMax: 65_536 }

test('small commits share a message, large payloads are left to be fetched, and nothing is larger than a message may be', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(10, 1_000, 60_000, 250_000, 400_000), { minLength: 1, maxLength: 8 }),
      (sizes) => {
        const commits = sampleCommits(sizes)
        const messages = planGossip(commits, OPEN)
        const told = messages.flatMap((each) => (each.gossip === 'commits' ? each.commits : []))
        expect(told.map(({ commit }) => commit.id)).toEqual(commits.map(({ commit }) => commit.id))
        for (const each of messages) expect(encodeGossip(each).byteLength).toBeLessThanOrEqual(GOSSIP_BYTES_MAX)
        for (const [index, { payloads }] of told.entries())
          expect(payloads[0] === undefined).toBe(sizes[index]! > 250_000)
      }
    ),
    { numRuns: 30 }
  )
})

test('of a space that not everybody may read only names and sizes are told', () => {
  const commits = sampleCommits([100, 200, 300])
  const [message, ...others] = planGossip(commits, { ...OPEN, isOpen: false })
  expect(others).toEqual([])
  expect(message).toMatchObject({ gossip: 'announced', announced: commits.map(({ commit }) => ({ id: commit.id })) })
  expect(encodeGossip(message!).byteLength).toBeLessThan(150)
})

test('a space is open only while every member may read it', () => {
  const { policy } = foundNetwork(new SeededRandom(1), { memberCount: 3 })
  expect(isOpenSpace(policy, ROOT_PATH)).toBe(true)
  expect(isOpenSpace(withNarrowReader(), ROOT_PATH)).toBe(false)
})

function withNarrowReader() {
  const random = new SeededRandom(3)
  const [owner, first, reader] = [1, 2, 3].map(() => DeviceKey.fromSeed(random.bytes(32))) as [
    DeviceKey,
    DeviceKey,
    DeviceKey
  ]
  const genesis = {
    ownerKey: owner.deviceId,
    recoveryKey: reader.deviceId,
    firstDevice: first.deviceId,
    nonce: random.bytes(16),
    createdAtMs: 1
  }
  const network = networkOf(genesis)
  const log = new PolicyLog(genesis, new SignatureVerifier())
  const under = parsePath('/x')
  const grant = signGrant({ network, subject: reader.deviceId, role: 'read', under, fromEpoch: 1, depth: 0 }, owner)
  const statements = [
    { kind: 'space' as const, path: under },
    { kind: 'grant' as const, grant }
  ]
  log.addEntry(signPolicyEntry({ network, epoch: 1, prev: log.state.facts.head, statements }, owner))
  return log.state
}
