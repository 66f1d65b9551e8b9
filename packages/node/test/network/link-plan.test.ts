import type { DeviceId } from '@hcfs/core'
import { deviceId } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LinkCandidate } from '../../src/network/link-plan.ts'
import { nextDueMs, planLinks, planLookUp, redialPauseMs } from '../../src/network/link-plan.ts'

const NOW_MS = 1_000

const candidates: fc.Arbitrary<LinkCandidate[]> = fc
  .array(
    fc.record({
      host: fc.nat(4),
      hasAddress: fc.boolean(),
      isConnected: fc.boolean(),
      isDialing: fc.boolean(),
      nextDialAtMs: fc.constantFrom(0, NOW_MS, NOW_MS + 1)
    }),
    { maxLength: 30 }
  )
  .map((each) =>
    each.map(({ host, hasAddress, ...rest }, index) => ({
      ...rest,
      device: device(index),
      addresses: hasAddress ? [`/ip4/10.0.0.${host}/tcp/1`] : []
    }))
  )

const limits = fc.record({ linksMin: fc.nat(12), linksMax: fc.integer({ min: 1, max: 12 }), dialsMax: fc.nat(5) })

test('a plan dials only who is due, once, and never beyond the limits', () => {
  fc.assert(
    fc.property(candidates, limits, (known, bounds) => {
      const plan = planLinks({ candidates: known, nowMs: NOW_MS, limits: bounds, preference })
      const links = known.filter(({ isConnected, isDialing }) => isConnected || isDialing).length
      const dials = known.filter(({ isConnected, isDialing }) => isDialing && !isConnected).length

      expect(new Set(plan).size).toBe(plan.length)
      for (const each of plan) expect(known.filter((one) => one.device === each).every(isDue)).toBe(true)
      if (plan.length > 0) {
        expect(links + plan.length).toBeLessThanOrEqual(Math.min(bounds.linksMin, bounds.linksMax))
        expect(dials + plan.length).toBeLessThanOrEqual(bounds.dialsMax)
      }
    })
  )
})

test('nobody who is due is left out while there is room', () => {
  fc.assert(
    fc.property(candidates, limits, (known, bounds) => {
      const plan = planLinks({ candidates: known, nowMs: NOW_MS, limits: bounds, preference })
      const links = known.filter(({ isConnected, isDialing }) => isConnected || isDialing).length
      const dials = known.filter(({ isConnected, isDialing }) => isDialing && !isConnected).length
      const room = Math.min(bounds.linksMin - links, bounds.linksMax - links, bounds.dialsMax - dials)

      expect(plan).toHaveLength(Math.max(0, Math.min(room, known.filter(isDue).length)))
    })
  )
})

test('a host that no link leads to comes before a second member of one that has a link', () => {
  const known = [
    candidate(1, '/ip4/10.0.0.1/tcp/1', { isConnected: true }),
    candidate(2, '/ip4/10.0.0.1/tcp/2'),
    candidate(3, '/ip4/10.0.0.2/tcp/1')
  ]

  const plan = planLinks({
    candidates: known,
    nowMs: NOW_MS,
    limits: { linksMin: 2, linksMax: 9, dialsMax: 9 },
    preference
  })

  expect(plan).toEqual([device(3)])
})

test('whoever has no address is asked for only when somebody is there to ask, and one at a time', () => {
  const lost = { ...candidate(1, '', {}), addresses: [] }
  const other = candidate(2, '/ip4/10.0.0.1/tcp/1', { isConnected: true })
  const request = { nowMs: NOW_MS, limits: { linksMin: 4, linksMax: 8, dialsMax: 4 } }

  expect(planLookUp({ ...request, candidates: [lost] })).toBeUndefined()
  expect(planLookUp({ ...request, candidates: [lost, other] })).toBe(lost.device)
  expect(planLookUp({ ...request, candidates: [{ ...lost, nextDialAtMs: NOW_MS + 1 }, other] })).toBeUndefined()
  expect(
    planLookUp({ ...request, candidates: [lost, { ...lost, device: device(3), isDialing: true }, other] })
  ).toBeUndefined()
  expect(
    planLookUp({ ...request, limits: { ...request.limits, linksMin: 1 }, candidates: [lost, other] })
  ).toBeUndefined()
})

test('the next round is due with the first member that may be dialed', () => {
  const known = [
    candidate(1, '/ip4/10.0.0.1/tcp/1', { nextDialAtMs: 5 }),
    candidate(2, '/ip4/10.0.0.1/tcp/1', { nextDialAtMs: 3 }),
    candidate(3, '/ip4/10.0.0.1/tcp/1', { nextDialAtMs: 1, isConnected: true })
  ]

  expect(nextDueMs(known)).toBe(3)
  expect(nextDueMs([])).toBeUndefined()
})

test('pauses grow to their limit and differ between nodes', () => {
  expect([1, 2, 3, 20].map((failures) => redialPauseMs(failures, 60_000, 1))).toEqual([500, 1_000, 2_000, 60_000])
  expect(redialPauseMs(3, 60_000, 0)).toBe(1_000)
})

function isDue({ isConnected, isDialing, addresses, nextDialAtMs }: LinkCandidate): boolean {
  return !isConnected && !isDialing && addresses.length > 0 && nextDialAtMs <= NOW_MS
}

function candidate(number: number, address: string, overrides: Partial<LinkCandidate> = {}): LinkCandidate {
  const fresh = { isConnected: false, isDialing: false, nextDialAtMs: 0 }
  return { ...fresh, device: device(number), addresses: [address], ...overrides }
}

function device(number: number): DeviceId {
  return deviceId(new Uint8Array(32).fill(number))
}

function preference(id: DeviceId): number {
  return Number.parseInt(id.slice(0, 8), 16)
}
