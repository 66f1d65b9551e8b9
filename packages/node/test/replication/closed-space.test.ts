import type { DeviceId } from '@hcfs/core'
import { ROOT_PATH, SeededRandom } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'
import { expect, test } from 'vitest'
import { foundNetwork } from '../../../../test/simulation/founding.ts'
import type { ReplicatedNode } from './open-replicated-nodes.ts'
import { replicatedNodes } from './replicated-nodes.ts'

const WITHIN = { timeout: 20_000, interval: 5 }

test('a space that not everybody may read is only announced, and who may read it fetches what was announced', async () => {
  const cydDevice = foundNetwork(new SeededRandom(1), { memberCount: 3 }).members[2]!.key.deviceId
  const { nodes } = await replicatedNodes(3, { policyFor: (_, policy) => closedTo(cydDevice, policy) })
  const [ada, bob, cyd] = nodes as [ReplicatedNode, ReplicatedNode, ReplicatedNode]
  expect(cyd.device).toBe(cydDevice)
  await ada.put('/secret', 'not for everybody')
  await expect.poll(() => bob.body('/secret'), WITHIN).toBe('not for everybody')
  expect(ada.tap.published.map(({ byteLength }) => byteLength < 64)).toEqual([true])
  expect(await cyd.replication.sync.lead(ada.device, { space: ROOT_PATH })).toMatchObject({ reason: 'refused' })
  expect(cyd.body('/secret')).toBeUndefined()
})

/** A policy in which one member may not read; the rest of it stays as it is. */
function closedTo(device: DeviceId, policy: PolicyState): PolicyState {
  return Object.create(policy, {
    mayRead: { value: (other: DeviceId) => other !== device },
    isMember: { value: (other: DeviceId) => policy.isMember(other) },
    grant: { value: (id: Parameters<PolicyState['grant']>[0]) => policy.grant(id) },
    withDescendants: {
      value: (id: Parameters<PolicyState['withDescendants']>[0]) => policy.withDescendants(id)
    },
    spaceOf: { value: (...question: Parameters<PolicyState['spaceOf']>) => policy.spaceOf(...question) },
    grantCovers: { value: (question: Parameters<PolicyState['grantCovers']>[0]) => policy.grantCovers(question) },
    cutOf: { value: (question: Parameters<PolicyState['cutOf']>[0]) => policy.cutOf(question) }
  }) as PolicyState
}
