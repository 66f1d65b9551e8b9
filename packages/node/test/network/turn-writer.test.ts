import { settle } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TurnWriter } from '../../src/network/libp2p/turn-writer.ts'

function written(): { writer: TurnWriter; pieces: Uint8Array[]; failures: unknown[]; breakDown: () => void } {
  const pieces: Uint8Array[] = []
  const failures: unknown[] = []
  let isBroken = false
  const send = (data: { subarray(): Uint8Array }): boolean => {
    if (isBroken) throw new Error('the stream is closed')
    pieces.push(data.subarray().slice())
    return true
  }
  const writer = new TurnWriter({ send, onDrain: async () => {} }, (error) => failures.push(error))
  return { writer, pieces, failures, breakDown: () => (isBroken = true) }
}

test('a single write goes at once, and what follows in the same turn goes together', async () => {
  const { writer, pieces } = written()

  void writer.write(Uint8Array.of(1))
  expect(pieces).toEqual([Uint8Array.of(1)])
  void writer.write(Uint8Array.of(2))
  void writer.write(Uint8Array.of(3, 4))
  expect(pieces).toHaveLength(1)
  await settle()
  await settle()

  expect(pieces).toEqual([Uint8Array.of(1), Uint8Array.of(2, 3, 4)])
})

test('all bytes come out in order, however the writes lie in turns', async () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 40_000 }), fc.constant('turn' as const)), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const { writer, pieces } = written()
      const expected: Uint8Array[] = []
      for (const [index, step] of plan.entries()) {
        if (step === 'turn') await settle()
        else {
          const bytes = new Uint8Array(step).fill(index)
          expected.push(bytes)
          await writer.write(bytes)
        }
      }
      await writer.flush()

      expect(Buffer.concat(pieces).equals(Buffer.concat(expected))).toBe(true)
    }),
    { numRuns: 50 }
  )
})

test('no more is collected than fits one piece of the encryption', () => {
  const { writer, pieces } = written()

  for (let count = 0; count < 4; count += 1) void writer.write(new Uint8Array(40_000))

  expect(pieces.map(({ length }) => length)).toEqual([40_000, 80_000])
})

test('a stream that breaks before the turn is over is reported', async () => {
  const { writer, failures, breakDown } = written()
  void writer.write(Uint8Array.of(1))
  void writer.write(Uint8Array.of(2))

  breakDown()
  await settle()
  await settle()

  expect(failures).toHaveLength(1)
})
