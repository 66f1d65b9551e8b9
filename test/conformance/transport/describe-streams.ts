import { FORMAT_LIMITS, settle } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { FrameStream } from '../../../packages/node/src/network/transport.ts'
import { stopAfter } from './describe-connections.ts'
import type { NewTransportPlace } from './transport-place.ts'
import { connectedPair, NEVER } from './transport-place.ts'

const PROTOCOL = '/test/1'

export function describeStreams(newPlace: NewTransportPlace): void {
  test('frames arrive whole and in order, both ways', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    pair.other.handle(PROTOCOL, async (stream) => {
      for await (const frame of stream.frames()) await stream.send(frame)
    })
    const frames = [0, 1, 70_000, 262_144, 5].map((length, index) => new Uint8Array(length).fill(index))

    const stream = await pair.one.openStream(pair.other.device, PROTOCOL, NEVER)
    const echoed = collected(stream)
    for (const frame of frames) await stream.send(frame)
    await stream.close()

    expect((await echoed).map(({ length, 0: first }) => [length, first])).toEqual(
      frames.map(({ length, 0: first }) => [length, first])
    )
  })

  test('a sender waits for a slow reader and loses nothing', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const mayRead = Promise.withResolvers<void>()
    const read = Promise.withResolvers<number>()
    pair.other.handle(PROTOCOL, async (stream) => {
      await mayRead.promise
      read.resolve((await collected(stream)).length)
    })
    const stream = await pair.one.openStream(pair.other.device, PROTOCOL, NEVER)
    const counts = { sent: 0 }
    const sending = (async () => {
      for (; counts.sent < 40; counts.sent += 1) await stream.send(new Uint8Array(FORMAT_LIMITS.streamFrameBytesMax))
      await stream.close()
    })()
    for (let turn = 0; turn < 200; turn += 1) await settle()

    expect(counts.sent).toBeLessThan(FORMAT_LIMITS.streamWindowBytesMax / FORMAT_LIMITS.streamFrameBytesMax)
    mayRead.resolve()
    await sending
    expect(await read.promise).toBe(40)
  })

  test('a frame over the limit is not sent, and the stream goes on', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const read = Promise.withResolvers<Uint8Array[]>()
    pair.other.handle(PROTOCOL, async (stream) => read.resolve(await collected(stream)))
    const stream = await pair.one.openStream(pair.other.device, PROTOCOL, NEVER)

    await expect(stream.send(new Uint8Array(FORMAT_LIMITS.streamFrameBytesMax + 1))).rejects.toMatchObject({
      code: 'FRAME_TOO_LARGE'
    })
    await stream.send(Uint8Array.of(1))
    await stream.close()

    expect(await read.promise).toEqual([Uint8Array.of(1)])
  })

  test('a handler that fails costs its stream and no other', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    pair.other.handle('/failing/1', async () => {
      throw new Error('on purpose')
    })
    pair.other.handle(PROTOCOL, async (stream) => {
      for await (const frame of stream.frames()) await stream.send(frame)
    })
    const failing = await pair.one.openStream(pair.other.device, '/failing/1', NEVER)
    await expect(collected(failing)).rejects.toMatchObject({ code: 'STREAM_CLOSED' })
    await expect(failing.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'STREAM_CLOSED' })

    const stream = await pair.one.openStream(pair.other.device, PROTOCOL, NEVER)
    await stream.send(Uint8Array.of(9))
    await stream.close()

    expect(await collected(stream)).toEqual([Uint8Array.of(9)])
  })

  test('a stream that is aborted ends on the other side with an error', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const ended = Promise.withResolvers<unknown>()
    pair.other.handle(PROTOCOL, async (stream) => {
      await collected(stream).then(ended.resolve, ended.resolve)
    })
    const stream = await pair.one.openStream(pair.other.device, PROTOCOL, NEVER)

    stream.abort(new Error('changed my mind'))

    expect(await ended.promise).toMatchObject({ code: 'STREAM_CLOSED' })
    await expect(stream.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'STREAM_CLOSED' })
  })

  test('a protocol that nobody serves and a member without a connection are refused', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)

    await expect(pair.one.openStream(pair.other.device, '/unknown/1', NEVER)).rejects.toMatchObject({
      code: 'PEER_UNREACHABLE'
    })
    await pair.one.hangUp(pair.other.device)
    await expect(pair.one.openStream(pair.other.device, PROTOCOL, NEVER)).rejects.toMatchObject({
      code: 'PEER_UNREACHABLE'
    })
  })

  test('stopping with open streams ends them on both sides, and delivers nothing more', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const ended = Promise.withResolvers<unknown>()
    pair.other.handle(PROTOCOL, async (stream) => {
      await collected(stream).then(ended.resolve, ended.resolve)
    })
    const stream = await pair.one.openStream(pair.other.device, PROTOCOL, NEVER)
    await stream.send(Uint8Array.of(1))
    const heard: unknown[] = []
    pair.one.on('peer-connected', (event) => heard.push(event))

    await pair.one.stop()

    expect(await ended.promise).toMatchObject({ code: 'STREAM_CLOSED' })
    await expect(stream.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'STREAM_CLOSED' })
    expect(pair.one.peers()).toEqual([])
    expect(heard).toEqual([])
  })

  test('a stop does not wait for a handler that ignores the end of its stream, and gives it nothing more', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const isServing = Promise.withResolvers<FrameStream>()
    const mayRead = Promise.withResolvers<void>()
    const frames = { read: 0 }
    const read = Promise.withResolvers<unknown>()
    pair.other.handle(PROTOCOL, async (stream) => {
      isServing.resolve(stream)
      await mayRead.promise
      await countInto(frames, stream).then(read.resolve, read.resolve)
    })
    const stream = await pair.one.openStream(pair.other.device, PROTOCOL, NEVER)
    for (let count = 0; count < 3; count += 1) await stream.send(Uint8Array.of(count))
    await isServing.promise

    await pair.other.stop()
    mayRead.resolve()

    expect(await read.promise).toMatchObject({ code: expect.any(String) })
    expect(frames.read).toBe(0)
  })

  test('hanging up ends every stream with that peer at once, on both sides', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const ended: unknown[] = []
    pair.other.handle(PROTOCOL, async (stream) => {
      await collected(stream).catch((error: unknown) => ended.push(error))
    })
    const open = () => pair.one.openStream(pair.other.device, PROTOCOL, NEVER)
    const streams = await Promise.all([open(), open(), open()])
    await Promise.all(streams.map((stream) => stream.send(Uint8Array.of(1))))

    await pair.one.hangUp(pair.other.device)

    for (const stream of streams) {
      await expect(stream.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'STREAM_CLOSED' })
      await expect(collected(stream)).rejects.toThrow()
    }
    await expect.poll(() => ended).toHaveLength(3)
  })
}

async function countInto(frames: { read: number }, stream: FrameStream): Promise<void> {
  for await (const _ of stream.frames()) frames.read += 1
}

async function collected(stream: FrameStream): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = []
  for await (const frame of stream.frames()) frames.push(frame.slice())
  return frames
}
