import type { GrantId } from '@hcfs/core'
import { parsePath, ROOT_PATH } from '@hcfs/core'
import { expect, test } from 'vitest'
import { keyOf, show, TestNetwork } from './test-network.ts'
import type { TestReplica } from './test-replica.ts'

/*
 * A device whose writes lose their effect because of what the owner decided, and not of a
 * mistake of its own, writes the difference anew: once, whatever happens in between.
 */

const MEMBER = keyOf(4)

/** A member that wrote before and after the place where its right is cut, and has another right by then. */
async function givenACut() {
  const network = new TestNetwork()
  const taken = network.grant(MEMBER)
  let grant: GrantId | undefined = taken.id
  const member = await network.open({ key: MEMBER, grant: taken.id, grantFor: () => grant })
  await member.write('/kept', 'kept')
  const cuts = [{ space: ROOT_PATH, tips: [...member.replica.tipsOf(ROOT_PATH)] }]
  const lost = await member.write('/kept', 'lost')
  await member.write('/new', 'new')
  const other = await network.open()
  await show(member, other)
  await other.write('/kept', 'from another')
  const again = network.grant(MEMBER, 3)
  const policy = network.enact({ kind: 'revoke', grant: taken.id, cuts })
  grant = undefined
  const mayAgain = () => {
    grant = again.id
  }
  return { network, member, other, policy, lost, again: again.id, mayAgain }
}

function bodyAt(replica: TestReplica, path: string): string | undefined {
  return replica.replica.rows.shown(parsePath(path))?.content.body
}

test('what a cut made void is written anew once, under a new incarnation, and says what it replaces', async () => {
  const { member, policy, lost, mayAgain } = await givenACut()
  const before = member.replica.signer.writer.incarnation
  mayAgain()
  await member.adopt(policy)
  expect(bodyAt(member, '/kept')).toBe('lost\nkept\n')
  expect(bodyAt(member, '/new')).toBe('new\n')
  const rewritten = (await member.commits()).filter(({ commit }) => commit.header.incarnation !== before)
  expect(rewritten.map(({ commit }) => commit.entries.map(({ path }) => path))).toEqual([['/kept'], ['/new']])
  expect(rewritten[0]?.commit.entries[0]?.about).toBe(lost)
  await member.restart()
  expect(await member.commits()).toHaveLength(5)
  expect(await member.problems()).toEqual([])
})

test('everybody comes to hold what was written anew, beside what others wrote meanwhile', async () => {
  const { member, other, policy, mayAgain } = await givenACut()
  mayAgain()
  await member.adopt(policy)
  await other.adopt(policy)
  await show(member, other)
  await show(other, member)
  expect(await member.state()).toEqual(await other.state())
  expect(bodyAt(other, '/new')).toBe('new\n')
  expect(await other.problems()).toEqual([])
})

test('what may not be written is kept in mind until it may', async () => {
  const { member, policy, network, mayAgain } = await givenACut()
  await member.adopt(policy)
  expect(bodyAt(member, '/new')).toBeUndefined()
  await member.restart()
  expect(bodyAt(member, '/new')).toBeUndefined()
  mayAgain()
  await member.adopt(network.enact({ kind: 'space', path: parsePath('/elsewhere') }))
  expect(bodyAt(member, '/new')).toBe('new\n')
})

test('a start makes good what a crash between the verdicts and the rewriting left', async () => {
  const { member, policy, mayAgain } = await givenACut()
  mayAgain()
  await member.restartWith(policy)
  expect(bodyAt(member, '/kept')).toBe('lost\nkept\n')
  const commits = await member.commits()
  await member.restart()
  expect(await member.commits()).toHaveLength(commits.length)
})

test('what was handed over in the own name is left to whoever wrote it', async () => {
  const { network, member, policy, again } = await givenACut()
  const { policy: before } = member
  const restored = await network.open({ key: MEMBER, incarnation: 9, policy: before, grantFor: () => again })
  await show(member, restored)
  await restored.adopt(policy)
  expect(bodyAt(restored, '/new')).toBeUndefined()
})
