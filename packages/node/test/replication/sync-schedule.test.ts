import type { DeviceId } from '@hcfs/core'
import { parsePath, ROOT_PATH, SeededRandom } from '@hcfs/core'
import type { SyncOutcome } from '@hcfs/crdt'
import { expect, test } from 'vitest'
import type { SyncStart } from '../../src/replication/sync-schedule.ts'
import { SyncSchedule } from '../../src/replication/sync-schedule.ts'

const ADA = 'a'.repeat(64) as DeviceId
const BOB = 'b'.repeat(64) as DeviceId
const TEAM = parsePath('/team')
const SPACES = [ROOT_PATH, TEAM]
const EQUAL: SyncOutcome = { reason: 'equal' }
const MOVED: SyncOutcome = { reason: 'exchanged', received: 1, sent: 0 }

function schedule(): SyncSchedule {
  return new SyncSchedule(new SeededRandom(5), { pauseMsMin: 30_000, pauseMsMax: 60_000 })
}

const both = () => SPACES
const named = (starts: readonly SyncStart[]): string[] => starts.map(({ peer, space }) => `${peer[0]} ${space}`)

test('whoever dialed compares every space at once, one after another', () => {
  const plan = schedule()
  plan.connected(ADA, { spaces: SPACES, isInbound: false })
  plan.connected(BOB, { spaces: SPACES, isInbound: true })
  const first = plan.due(0, both)
  expect(named(first)).toEqual(['a /'])
  expect(plan.due(1, both)).toEqual([])
  plan.finished(first[0]!, EQUAL, 2)
  expect(named(plan.due(3, both))).toEqual(['a /team'])
})

test('a round compares with one random peer, between the shortest and the longest pause after the last', () => {
  const plan = schedule()
  plan.connected(ADA, { spaces: SPACES, isInbound: true })
  expect(plan.due(0, both)).toEqual([])
  expect(plan.nextMs()).toBeGreaterThanOrEqual(30_000)
  expect(plan.nextMs()).toBeLessThanOrEqual(60_000)
  expect(named(plan.due(plan.nextMs(), both))).toEqual(['a /'])
})

test('rounds that find nothing get rarer, and one that finds something is followed by another within a second', () => {
  const plan = schedule()
  plan.connected(ADA, { spaces: [ROOT_PATH], isInbound: true })
  const only = () => [ROOT_PATH]
  plan.due(0, only)
  let nowMs = 0
  for (let round = 0; round < 4; round += 1) {
    nowMs = plan.nextMs()
    const [start] = plan.due(nowMs, only)
    plan.finished(start!, EQUAL, nowMs)
  }
  nowMs = plan.nextMs()
  const [late] = plan.due(nowMs, only)
  expect(plan.nextMs() - nowMs).toBeGreaterThanOrEqual(8 * 30_000)
  plan.finished(late!, MOVED, nowMs)
  expect(plan.nextMs() - nowMs).toBeLessThanOrEqual(1_000)
})

test('what is missing is asked for at once, and then ever later of a peer that does not have it, three times in all', () => {
  const plan = schedule()
  plan.connected(ADA, { spaces: SPACES, isInbound: true })
  plan.due(0, () => [])
  plan.gap(ADA, TEAM, 10)
  plan.gap(ADA, TEAM, 10)
  const asked: number[] = []
  for (let nowMs = 10; nowMs < 20_000; nowMs = plan.nextMs()) {
    const [start] = plan.due(nowMs, () => [])
    expect(start).toMatchObject({ peer: ADA, space: TEAM })
    asked.push(nowMs)
    plan.finished(start!, { reason: 'exchanged', received: 0, sent: 0 }, nowMs)
  }
  expect(asked).toEqual([10, 210, 610])
  plan.gap(ADA, TEAM, 20_000)
  expect(plan.due(20_000, () => [])).toEqual([])
  expect(plan.nextMs()).toBe(20_800)
})

test('what came makes an end of asking for it', () => {
  const plan = schedule()
  plan.connected(ADA, { spaces: SPACES, isInbound: true })
  plan.due(0, () => [])
  plan.gap(ADA, TEAM, 10)
  plan.finished(plan.due(10, () => [])[0]!, MOVED, 20)
  expect(plan.due(500, () => [])).toEqual([])
})

test('every sixteenth time that copies are equal, one or two leaves are compared content by content', () => {
  const plan = schedule()
  plan.connected(ADA, { spaces: [ROOT_PATH], isInbound: true })
  const audits: number[] = []
  plan.due(0, () => [ROOT_PATH])
  for (let round = 1; round <= 48; round += 1) {
    const nowMs = plan.nextMs()
    const [start] = plan.due(nowMs, () => [ROOT_PATH])
    if (start!.auditLeaves.length > 0) audits.push(round)
    expect(start!.auditLeaves.length).toBeLessThanOrEqual(2)
    plan.finished(start!, EQUAL, nowMs)
  }
  expect(audits).toEqual([16, 32, 48])
})

test('a peer that went is not asked, and leaves room for another', () => {
  const plan = schedule()
  const peers = ['c', 'd', 'e', 'f', '1'].map((digit) => digit.repeat(64) as DeviceId)
  for (const peer of peers) plan.connected(peer, { spaces: [TEAM], isInbound: false })
  expect(plan.due(0, both)).toHaveLength(4)
  plan.disconnected(peers[0]!)
  expect(named(plan.due(1, both))).toEqual(['1 /team'])
})

test('a peer that is busy, or that went silent, is asked again', () => {
  for (const outcome of [{ reason: 'refused', why: 'busy' }, { reason: 'timed-out' }] as const) {
    const plan = schedule()
    plan.connected(ADA, { spaces: [TEAM], isInbound: false })
    plan.finished(plan.due(0, both)[0]!, outcome, 0)
    expect(named(plan.due(1_000, both))).toEqual(['a /team'])
  }
})
