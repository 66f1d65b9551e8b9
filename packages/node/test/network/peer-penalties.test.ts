import { deviceId, ManualClock, silentLogger } from '@hcfs/core'
import { expect, test } from 'vitest'
import { PeerPenalties } from '../../src/network/peer-penalties.ts'

const mallory = deviceId('ab'.repeat(32))
const ada = deviceId('cd'.repeat(32))

function newPenalties() {
  const clock = new ManualClock()
  const hungUp: string[] = []
  const penalties = new PeerPenalties({
    clock,
    log: silentLogger,
    hangUp: async (device) => {
      hungUp.push(device)
      throw new Error('it is gone already')
    }
  })
  return { clock, hungUp, penalties }
}

test('a peer that misbehaves is hung up on and refused for a while, and nobody else is', async () => {
  const { clock, hungUp, penalties } = newPenalties()
  penalties.penalise(mallory, 'a forged commit')
  expect([hungUp, penalties.isDenied(mallory), penalties.isDenied(ada)]).toEqual([[mallory], true, false])
  await clock.advance(10_000)
  expect(penalties.isDenied(mallory)).toBe(false)
})

test('each time it is refused for longer, up to ten minutes', async () => {
  const { clock, penalties } = newPenalties()
  const refusedForMs: number[] = []
  for (let time = 0; time < 8; time += 1) {
    penalties.penalise(mallory, 'a forged commit')
    const from = clock.monotonicMs()
    while (penalties.isDenied(mallory)) await clock.advance(10_000)
    refusedForMs.push(clock.monotonicMs() - from)
  }
  expect(refusedForMs).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000])
})
