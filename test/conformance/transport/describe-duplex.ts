import { FORMAT_LIMITS } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { FrameStream } from '../../../packages/node/src/network/transport.ts'
import { stopAfter } from './describe-connections.ts'
import type { NewTransportPlace } from './transport-place.ts'
import { connectedPair, NEVER } from './transport-place.ts'

const PROTOCOL = '/duplex/1'
const FRAMES = 16
const SIZES = [FORMAT_LIMITS.syncFrameBytesMax, FORMAT_LIMITS.streamFrameBytesMax]

type Act = (stream: FrameStream) => Promise<number>

/** Both ends of one stream at work at once: more is on its way in each direction than a window holds. */
export function describeDuplex(newPlace: NewTransportPlace): void {
  test.each(SIZES)('%i bytes sixteen times each way at once all arrive', async (size) => {
    const both: Act = async (stream) => {
      const [read] = await Promise.all([readAll(stream), sendAll(stream, size)])
      return read
    }

    expect(await withBothEnds(newPlace, both, both)).toEqual([FRAMES * size, FRAMES * size])
  })

  test.each(SIZES)('%i bytes sixteen times without waiting for each other arrive, both ways', async (size) => {
    const both: Act = async (stream) => {
      const [read] = await Promise.all([readAll(stream), burst(stream, size)])
      return read
    }

    expect(await withBothEnds(newPlace, both, both)).toEqual([FRAMES * size, FRAMES * size])
  })

  test.each(SIZES)('%i bytes sixteen times come back from whoever answers each before it reads on', async (size) => {
    const asks: Act = async (stream) => {
      const [read] = await Promise.all([readAll(stream), burst(stream, size)])
      return read
    }

    expect(await withBothEnds(newPlace, asks, echoes)).toEqual([FRAMES * size, FRAMES * size])
    expect(await withBothEnds(newPlace, echoes, asks)).toEqual([FRAMES * size, FRAMES * size])
  })

  test.each(SIZES)('%i bytes sixteen times come from one side while the other asks for each', async (size) => {
    const gives: Act = async (stream) => {
      let asked = 0
      for await (const frame of stream.frames()) {
        asked += frame.length
        await stream.send(new Uint8Array(size))
      }
      await stream.close()
      return asked
    }
    const asks: Act = async (stream) => {
      for (let count = 0; count < 4; count += 1) await stream.send(Uint8Array.of(count))
      let read = 0
      let asked = 4
      for await (const frame of stream.frames()) {
        read += frame.length
        if (asked < FRAMES) await stream.send(Uint8Array.of(asked++))
        if (read === FRAMES * size) await stream.close()
      }
      return read
    }

    expect(await withBothEnds(newPlace, asks, gives)).toEqual([FRAMES * size, FRAMES])
    expect(await withBothEnds(newPlace, gives, asks)).toEqual([FRAMES, FRAMES * size])
  })
}

/** What the two ends of one stream came to: first the one that opened it. */
async function withBothEnds(newPlace: NewTransportPlace, opener: Act, accepter: Act): Promise<[number, number]> {
  const pair = await connectedPair(await newPlace())
  stopAfter(pair)
  const accepted = Promise.withResolvers<number>()
  pair.other.handle(PROTOCOL, (stream) => accepter(stream).then(accepted.resolve, accepted.reject))
  const stream = await pair.one.openStream(pair.other.device, PROTOCOL, NEVER)
  return await Promise.all([opener(stream), accepted.promise])
}

const echoes: Act = async (stream) => {
  let read = 0
  for await (const frame of stream.frames()) {
    read += frame.length
    await stream.send(frame)
  }
  await stream.close()
  return read
}

async function readAll(stream: FrameStream): Promise<number> {
  let read = 0
  for await (const frame of stream.frames()) read += frame.length
  return read
}

async function sendAll(stream: FrameStream, size: number): Promise<void> {
  for (let count = 0; count < FRAMES; count += 1) await stream.send(new Uint8Array(size).fill(count))
  await stream.close()
}

async function burst(stream: FrameStream, size: number): Promise<void> {
  await Promise.all(Array.from({ length: FRAMES }, (_, index) => stream.send(new Uint8Array(size).fill(index))))
  await stream.close()
}
