import { deviceId, settle } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CreditedStream } from '../../src/network/credited-stream.ts'

const FRAME_BYTES_MAX = 300
const PEER = deviceId(new Uint8Array(32))

const sizes = fc.array(fc.integer({ min: 0, max: FRAME_BYTES_MAX }), { maxLength: 60 })

/*
 * Goal: two ends that both read never wait for each other, whatever they send
 * and however slowly the bytes go, down to the smallest window that is allowed.
 * Method: what was written arrives, and writers learn that it has, only one step
 * at a time and in a random order; when nothing is left to happen, everything
 * has to have been read on both sides.
 */
test('two ends that both read are never stuck, in any order of events', async () => {
  const spare = fc.integer({ min: 0, max: 400 })
  const order = fc.infiniteStream(fc.nat())
  await fc.assert(
    fc.asyncProperty(sizes, sizes, spare, fc.boolean(), order, async (there, back, spareBytes, isEchoed, next) => {
      const wire = new Wire(2 * (FRAME_BYTES_MAX + 64) + spareBytes)
      const { near, far } = wire
      const readings = isEchoed
        ? [read(near), echo(far), sendAll(near, there)]
        : [read(near), read(far), sendAll(near, there), sendAll(far, back)]
      const all = Promise.all(readings)
      await wire.runUntilIdle(next)

      expect(wire.failures).toEqual([])
      expect(await Promise.race([all, settle().then(() => 'stuck')])).not.toBe('stuck')
      const [atNear, atFar] = await all
      expect(atNear).toEqual(isEchoed ? there : back)
      expect(atFar).toEqual(there)
    }),
    { numRuns: 60 }
  )
})

/** Carries bytes between two ends only when it is told to, each direction in order. */
class Wire {
  readonly near: CreditedStream
  readonly far: CreditedStream
  readonly failures: Error[] = []
  readonly #lanes: (() => void)[][] = []

  constructor(windowBytes: number) {
    this.near = this.#end(windowBytes, () => this.far)
    this.far = this.#end(windowBytes, () => this.near)
  }

  async runUntilIdle(order: Iterator<number>): Promise<void> {
    await settle()
    for (;;) {
      const busy = this.#lanes.filter((lane) => lane.length > 0)
      if (busy.length === 0) return
      const lane = busy[order.next().value % busy.length]
      lane?.shift()?.()
      await settle()
    }
  }

  #end(windowBytes: number, other: () => CreditedStream): CreditedStream {
    const bytesLane: (() => void)[] = []
    const drainLane: (() => void)[] = []
    this.#lanes.push(bytesLane, drainLane)
    const raw = {
      write: (bytes: Uint8Array): Promise<void> => {
        const half = Math.floor(bytes.length / 2)
        for (const part of [bytes.subarray(0, half), bytes.subarray(half)]) {
          bytesLane.push(() => other().receive(part))
        }
        return new Promise((resolve) => drainLane.push(resolve))
      },
      end: () => {},
      abort: (reason: Error) => void this.failures.push(reason)
    }
    return new CreditedStream(
      { peer: PEER, nowMs: () => 0, raw },
      { frameBytesMax: FRAME_BYTES_MAX, windowBytes, stalledMsMax: 1_000 }
    )
  }
}

async function read(stream: CreditedStream): Promise<number[]> {
  const lengths: number[] = []
  for await (const frame of stream.frames()) lengths.push(frame.length)
  return lengths
}

async function echo(stream: CreditedStream): Promise<number[]> {
  const lengths: number[] = []
  for await (const frame of stream.frames()) {
    lengths.push(frame.length)
    await stream.send(frame)
  }
  await stream.close()
  return lengths
}

async function sendAll(stream: CreditedStream, lengths: readonly number[]): Promise<number[]> {
  for (const length of lengths) await stream.send(new Uint8Array(length))
  await stream.close()
  return [...lengths]
}
