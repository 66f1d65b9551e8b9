import { parsePath, ROOT_PATH } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { Watching } from '../../src/contexts/watching.ts'
import { keyOf, show, TestNetwork } from './test-network.ts'

/*
 * A context can become something else without a new entry in the log: a cut takes back what
 * was written. Whoever follows the log has to hear of it all the same.
 */

const MEMBER = keyOf(4)

async function givenACutToCome() {
  const network = new TestNetwork()
  const taken = network.grant(MEMBER)
  const member = await network.open({ key: MEMBER, grant: taken.id })
  await member.write('/a', 'stays')
  const cuts = [{ space: ROOT_PATH, tips: [...member.replica.tipsOf(ROOT_PATH)] }]
  await member.write('/a', 'goes')
  await member.write('/b', 'goes')
  const copy = await network.open()
  await show(member, copy)
  return { copy, policy: network.enact({ kind: 'revoke', grant: taken.id, cuts }) }
}

test('a watcher is told what a context is now, once a cut has taken back what was written', async () => {
  const { copy, policy } = await givenACutToCome()
  const ending = new AbortController()
  onTestFinished(() => ending.abort())
  const watching = new Watching({ replica: copy.replica })
  const changes = watching.watch(ROOT_PATH, { values: true, signal: ending.signal })
  const told = [changes.next(), changes.next()]
  await copy.adopt(policy)
  const seen = (await Promise.all(told)).map(({ value }) => `${value?.path} ${value?.kind} ${value?.after?.body}`)
  expect(seen.sort()).toEqual(['/a update stays\n', '/b delete '])
})

test('a follower that was not reached is told after the next start', async () => {
  const { copy, policy } = await givenACutToCome()
  copy.replica.onRebuilt(() => Promise.reject(new Error('the follower has stopped')))
  await copy.adopt(policy)
  const told = Promise.withResolvers<ReadonlySet<string>>()
  await copy.restart((replica) => replica.onRebuilt((paths) => told.resolve(paths)))
  expect([...(await told.promise)].sort()).toEqual(['/a', '/b'])
  const nothing: unknown[] = []
  await copy.restart((replica) => replica.onRebuilt((paths) => void nothing.push(paths)))
  await copy.write('/c', 'to go on')
  expect(nothing).toEqual([])
  expect(copy.replica.rows.shown(parsePath('/b'))).toBeUndefined()
})
