import { ManualClock, parsePath, silentLogger } from '@hcfs/core'
import { expect, test } from 'vitest'
import { rosterOf } from '../../src/convergence/roster.ts'
import { OwnerDuties } from '../../src/membership/owner-duties.ts'
import type { MemberNode } from './member-node.ts'
import { join, newPlace, openMember } from './member-node.ts'

async function twoMembers() {
  const first = await openMember(newPlace())
  const second = await join(newPlace(first.place.clock), (await first.api.invite({ role: 'admin' })).ticket, first)
  const clock = new ManualClock()
  const { keeper, owner } = first
  const duties = new OwnerDuties({ keeper, owner, clock, log: silentLogger, frontiers: async () => [] })
  const answer = async (from: MemberNode) => {
    await duties.start()
    await keeper.take(from.keeper.pendingRequests())
    await duties.stop()
    await from.keeper.take((await keeper.entriesAfter({ after: 0, bytesMax: 1e6 })).entries)
  }
  return { first, second, answer, clock }
}

const facts = { name: 'laptop', addresses: ['/memory/laptop'], isIndexing: true }

test('what a member says of itself is signed by the node of the owner, and said once', async () => {
  const { first, second, answer } = await twoMembers()
  expect(await second.describer.describeSelf(facts)).toBe(true)
  expect(await second.describer.describeSelf(facts)).toBe(false)
  await answer(second)
  expect(first.keeper.state.facts.members.get(second.device)).toMatchObject({ ...facts, isForgotten: false })
  expect(await second.describer.describeSelf(facts)).toBe(false)
  expect(second.keeper.pendingRequests()).toEqual([])
  expect(await first.describer.describeSelf({ ...facts, name: 'desk' })).toBe(true)
  expect(first.keeper.state.facts.members.get(first.device)).toMatchObject({ name: 'desk' })
})

test('only the newest of what a member says of itself waits, also on the disk', async () => {
  const { second } = await twoMembers()
  await second.describer.describeSelf(facts)
  await second.describer.describeSelf({ ...facts, addresses: ['/memory/elsewhere'] })
  expect(second.keeper.pendingRequests()).toHaveLength(1)
  const restarted = await openMember(second.place)
  expect(restarted.keeper.pendingRequests()).toHaveLength(1)
  expect(restarted.keeper.descriptions().get(second.device)?.addresses).toEqual(['/memory/elsewhere'])
})

test('an old description that is brought again changes nothing', async () => {
  const { first, second, answer } = await twoMembers()
  await second.describer.describeSelf(facts)
  const old = second.keeper.pendingRequests()
  await answer(second)
  await second.describer.describeSelf({ ...facts, name: 'renamed' })
  await answer(second)
  const { epoch } = first.keeper
  await first.keeper.take(old)
  await answer(second)
  expect(first.keeper.epoch).toBe(epoch)
  expect(first.keeper.state.facts.members.get(second.device)).toMatchObject({ name: 'renamed' })
})

test('a member that says something else all the time waits for the next hour', async () => {
  const { first, second, answer, clock } = await twoMembers()
  for (let index = 0; index < 20; index += 1) {
    await second.describer.describeSelf({ ...facts, name: `n${index}` })
    await answer(second)
  }
  expect(first.keeper.state.facts.members.get(second.device)?.name).toBe('n11')
  await clock.advance(60 * 60 * 1_000)
  await answer(second)
  expect(first.keeper.state.facts.members.get(second.device)?.name).toBe('n19')
})

test('the addresses of a member are known before the owner has signed them, also to who joins later', async () => {
  const { first, second } = await twoMembers()
  await second.describer.describeSelf(facts)
  await first.keeper.take(second.keeper.pendingRequests())
  expect(first.known()).toEqual([{ device: second.device, addresses: facts.addresses }])
  const third = await join(newPlace(first.place.clock), (await second.api.invite({ role: 'read' })).ticket, second)
  const known = new Map((await openMember(third.place)).known().map((each) => [each.device, each.addresses]))
  expect(known.get(second.device)).toEqual([...facts.addresses, `/memory/${second.device}`])
  expect(known.has(third.device)).toBe(false)
})

test('a member that another let in is waited for before anything was heard of it', async () => {
  const { first, second } = await twoMembers()
  const third = await join(newPlace(first.place.clock), (await second.api.invite({ role: 'read' })).ticket, second)
  await first.keeper.take(third.keeper.beside())
  const roster = rosterOf(first.keeper.state, { space: parsePath('/'), met: [] })
  expect(roster.map(({ device }) => device)).toContain(third.device)
})
