import { parsePath, SeededRandom } from '@hcfs/core'
import { expect, test } from 'vitest'
import { DeviceKey } from '../../src/commit/device-key.ts'
import { documentIdOf } from '../../src/document/ids.ts'
import { leafOf } from '../../src/reconcile/trie-sums.ts'
import { MemorySpace } from './memory-space.ts'
import { runSession } from './run-session.ts'
import { SPACE, SpaceWriter } from './space-writer.ts'

/** Two replicas that hold the same few contexts, and a device that writes at each. */
function twoReplicas({ chainsSaid, shared = 3 }: { chainsSaid?: number; shared?: number } = {}) {
  const options = { space: SPACE, ...(chainsSaid !== undefined && { chainsSaid }) }
  const [ada, bob] = [new MemorySpace(options), new MemorySpace(options)]
  const random = new SeededRandom(1)
  const [alan, bea] = [new SpaceWriter(DeviceKey.generate(random)), new SpaceWriter(DeviceKey.generate(random))]
  for (let index = 0; index < shared; index += 1) bob.add(alan.write(ada, `shared-${index}`))
  return { ada, bob, alan, bea }
}

test('equal replicas are done in one round trip of less than 100 bytes', async () => {
  const { ada, bob } = twoReplicas()

  const { log, bytes, leader } = await runSession(ada, bob)

  expect(log).toEqual(['ada -> bob | hello /team, 3 documents, epoch 1', 'bob -> ada | equal', 'ada -> bob | done'])
  expect(bytes).toBeLessThan(100)
  expect(leader).toEqual({ reason: 'equal' })
})

test('a commit that the leader lacks is pulled by its place in its chain', async () => {
  const { ada, bob, bea } = twoReplicas()
  bea.write(bob, 'shared-1')

  const { log, leader } = await runSession(ada, bob)

  expect(ada.ids).toEqual(bob.ids)
  expect(leader).toEqual({ reason: 'exchanged', received: 1, sent: 0 })
  expect(log).toEqual([
    'ada -> bob | hello /team, 3 documents, epoch 1',
    'bob -> ada | different, 3 documents',
    'ada -> bob | frontier',
    'bob -> ada | difference: 1 tips, 0 unknown',
    'ada -> bob | want 1 to 1',
    'bob -> ada | frame, ends stream',
    'ada -> bob | done'
  ])
})

test('what the follower lacks is offered, and sent when it wants it', async () => {
  const { ada, bob, alan } = twoReplicas()
  alan.write(ada, 'new')

  const { log } = await runSession(ada, bob)

  expect(ada.ids).toEqual(bob.ids)
  expect(log.slice(3)).toEqual([
    'bob -> ada | difference: 1 tips, 1 unknown',
    'ada -> bob | offer #4',
    'bob -> ada | want 4 to 4',
    'ada -> bob | frame, ends stream',
    'bob -> ada | enough',
    'ada -> bob | done'
  ])
})

test('with many chains the trie leads to the document that differs', async () => {
  const { ada, bob, bea } = twoReplicas({ chainsSaid: 2_000, shared: 12 })
  bea.write(bob, 'shared-1')

  const { log } = await runSession(ada, bob)

  expect(ada.ids).toEqual(bob.ids)
  expect(log).toEqual([
    'ada -> bob | hello /team, 12 documents, epoch 1',
    'bob -> ada | different, 12 documents',
    'ada -> bob | ask-sums of 1 at depth 0, 1 down',
    'bob -> ada | sums',
    'ada -> bob | ask-sums of 1 at depth 1, 1 down',
    'bob -> ada | sums',
    'ada -> bob | ask-sums of 1 at depth 2, 1 down',
    'bob -> ada | sums',
    'ada -> bob | ask-sums of 1 at depth 3, 1 down',
    'bob -> ada | sums',
    'ada -> bob | ask-rows of 1',
    'bob -> ada | rows: 1',
    'ada -> bob | ask-heads',
    'bob -> ada | heads #1',
    'ada -> bob | want 1 to 1',
    'bob -> ada | frame, ends stream',
    'ada -> bob | offer #2',
    'bob -> ada | enough',
    'ada -> bob | done'
  ])
})

test('when more than a fifth differs everything is streamed, first one way and then the other', async () => {
  const { ada, bob, alan, bea } = twoReplicas({ chainsSaid: 2_000, shared: 1 })
  for (const name of ['a', 'b', 'c']) alan.write(ada, name)
  for (const name of ['d', 'e']) bea.write(bob, name)

  const { log } = await runSession(ada, bob)

  expect(ada.ids).toEqual(bob.ids)
  expect(log).toEqual([
    'ada -> bob | hello /team, 4 documents, epoch 1',
    'bob -> ada | different, 3 documents',
    'ada -> bob | want-all',
    'bob -> ada | frame, ends stream',
    'ada -> bob | hello /team, 6 documents, epoch 1',
    'bob -> ada | different, 3 documents',
    'ada -> bob | offer-all',
    'bob -> ada | want-all',
    'ada -> bob | frame, ends stream',
    'bob -> ada | enough',
    'ada -> bob | hello /team, 6 documents, epoch 1',
    'bob -> ada | equal',
    'ada -> bob | done'
  ])
})

test('a leader that is behind in epochs catches up before anything else', async () => {
  const { ada, bob, bea } = twoReplicas()
  bea.write(bob, 'late')
  bob.policyEntries.push(Uint8Array.of(1), Uint8Array.of(2))

  const { log } = await runSession(ada, bob)

  expect(ada.policyEntries).toEqual(bob.policyEntries)
  expect(ada.ids).toEqual(bob.ids)
  expect(log.slice(0, 6)).toEqual([
    'ada -> bob | hello /team, 3 documents, epoch 1',
    'bob -> ada | offer-policy',
    'ada -> bob | ask-policy',
    'bob -> ada | frame, ends stream',
    'ada -> bob | hello /team, 3 documents, epoch 3',
    'bob -> ada | different, 4 documents'
  ])
})

test('so does a follower', async () => {
  const { ada, bob } = twoReplicas()
  ada.policyEntries.push(Uint8Array.of(1))

  const { log } = await runSession(ada, bob)

  expect(ada.policyEntries).toEqual(bob.policyEntries)
  expect(log).toEqual([
    'ada -> bob | hello /team, 3 documents, epoch 2',
    'bob -> ada | ask-policy',
    'ada -> bob | frame, ends stream',
    'bob -> ada | enough',
    'ada -> bob | hello /team, 3 documents, epoch 2',
    'bob -> ada | equal',
    'ada -> bob | done'
  ])
})

test('an audit finds a document that two replicas show differently under the same heads', async () => {
  const { ada, bob } = twoReplicas()
  const docId = documentIdOf(SPACE, parsePath('/team/shared-2'))
  bob.wrongContents.add(docId)

  const { log, leader } = await runSession(ada, bob, { auditLeaves: [leafOf(docId)] })

  expect(leader).toEqual({ reason: 'diverged', docs: [docId], received: 0, sent: 0 })
  expect(log.slice(2)).toEqual([
    'ada -> bob | ask-rows of 1 with contents',
    'bob -> ada | rows: 1',
    'ada -> bob | done'
  ])
})

test('the same commits with other heads are named as diverged after a second look', async () => {
  const { ada, bob, alan } = twoReplicas()
  bob.add(alan.write(ada, 'shared-1'))
  const docId = documentIdOf(SPACE, parsePath('/team/shared-1'))
  bob.wrongHeads.add(docId)

  const { log, leader } = await runSession(ada, bob)

  expect(leader).toEqual({ reason: 'diverged', docs: [docId], received: 0, sent: 0 })
  expect(log.slice(-4)).toEqual([
    'bob -> ada | heads #4 #2',
    'ada -> bob | ask-heads',
    'bob -> ada | heads #4 #2',
    'ada -> bob | done'
  ])
})

test('a space that the leader may not read is not spoken of', async () => {
  const { ada, bob } = twoReplicas()

  const { log, leader, follower } = await runSession(ada, bob, { refusalFor: () => 'not-readable' })

  expect(log.slice(1)).toEqual(['bob -> ada | refused: not-readable'])
  expect([leader, follower]).toEqual(Array(2).fill({ reason: 'refused', why: 'not-readable' }))
})

test('a fork is found from its tip on, and both sides hold both branches', async () => {
  const { ada, bob, alan } = twoReplicas()
  const twin = alan.copy()
  for (const name of ['x', 'y', 'z']) alan.write(ada, name)
  for (const name of ['u', 'v', 'w']) twin.write(bob, name)

  await runSession(ada, bob)

  expect(ada.ids).toEqual(bob.ids)
  expect(ada.ids).toHaveLength(9)
})

test('a commit larger than a frame travels in pieces', async () => {
  const { ada, bob, bea } = twoReplicas()
  bea.write(bob, 'large', new Uint8Array(1_000_000).fill(7))

  const { log } = await runSession(ada, bob)

  expect(ada.ids).toEqual(bob.ids)
  expect(log.filter((line) => line.includes('frame'))).toEqual([
    ...Array<string>(3).fill('bob -> ada | frame, ends nothing'),
    'bob -> ada | frame, ends stream'
  ])
})
