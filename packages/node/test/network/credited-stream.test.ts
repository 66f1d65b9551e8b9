import { deviceId, settle } from '@hcfs/core'
import { expect, test } from 'vitest'
import { CreditedStream } from '../../src/network/credited-stream.ts'
import { encodePart } from '../../src/network/frame-decoder.ts'

const OPTIONS = { frameBytesMax: 1_000, windowBytes: 4_000, stalledMsMax: 1_000 }
const PEER = deviceId(new Uint8Array(32))

interface Ends {
  readonly near: CreditedStream
  readonly far: CreditedStream
  readonly time: { nowMs: number }
  readonly aborts: Error[]
}

function ends(): Ends {
  const time = { nowMs: 0 }
  const aborts: Error[] = []
  const end = (other: () => CreditedStream): CreditedStream =>
    new CreditedStream(
      {
        peer: PEER,
        nowMs: () => time.nowMs,
        raw: {
          write: async (bytes) => other().receive(bytes),
          end: () => {},
          abort: (reason) => {
            aborts.push(reason)
            other().ended(reason)
          }
        }
      },
      OPTIONS
    )
  const near: CreditedStream = end(() => far)
  const far: CreditedStream = end(() => near)
  return { near, far, time, aborts }
}

test('200 MB to a reader that is slow are never more than a window ahead of it', async () => {
  const { near, far } = ends()
  const frame = new Uint8Array(1_000)
  let sent = 0
  let read = 0
  const sending = (async () => {
    for (; sent < 200_000; sent += 1) await near.send(frame)
    await near.close()
  })()
  let furthest = 0
  for await (const each of far.frames()) {
    read += each.length
    furthest = Math.max(furthest, sent * 1_000 - read)
    if (read % 10_000_000 === 0) await settle()
  }
  await sending

  expect(read).toBe(200_000_000)
  expect(furthest).toBeLessThan(OPTIONS.windowBytes)
})

test('a sender that ignores the window loses the stream', () => {
  const { far, aborts } = ends()

  for (let index = 0; index < 4; index += 1) far.receive(encodePart({ kind: 'data', frame: new Uint8Array(1_000) }))

  expect(aborts).toMatchObject([{ code: 'STREAM_MALFORMED' }])
})

test('empty frames are not free', () => {
  const { far, aborts } = ends()

  for (let index = 0; index < 100; index += 1) far.receive(encodePart({ kind: 'data', frame: new Uint8Array(0) }))

  expect(aborts).toHaveLength(1)
})

test('room that nobody had taken is not given back', () => {
  const { near, aborts } = ends()

  near.receive(encodePart({ kind: 'credit', cost: 1 }))

  expect(aborts).toMatchObject([{ code: 'STREAM_MALFORMED' }])
})

test('half a frame ends the stream when the rest does not come, and a trickle does not help', () => {
  const { far, time, aborts } = ends()
  const bytes = encodePart({ kind: 'data', frame: new Uint8Array(100) })

  far.receive(bytes.subarray(0, 10))
  time.nowMs = 900
  far.receive(bytes.subarray(10, 11))
  far.sweep(time.nowMs)
  expect(aborts).toEqual([])
  time.nowMs = 1_000
  far.sweep(time.nowMs)

  expect(aborts).toMatchObject([{ code: 'TIMED_OUT' }])
})

test('a peer that never answers a close does not keep the stream', async () => {
  const { near, time, aborts } = ends()

  await near.close()
  time.nowMs = 1_000
  near.sweep(time.nowMs)

  expect(aborts).toMatchObject([{ code: 'TIMED_OUT' }])
})

test('what came before the end is still read, and then the end is told', async () => {
  const { far, near } = ends()
  await near.send(Uint8Array.of(1))
  far.ended(new Error('the wire broke'))
  const frames: Uint8Array[] = []
  const reading = (async () => {
    for await (const frame of far.frames()) frames.push(frame)
  })()

  await expect(reading).rejects.toMatchObject({ code: 'STREAM_CLOSED' })
  expect(frames).toEqual([Uint8Array.of(1)])
})

test('sending after the own close is refused, and reading goes on', async () => {
  const { near, far } = ends()
  await near.close()

  await expect(near.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'STREAM_CLOSED' })
  await far.send(Uint8Array.of(2))
  await far.close()
  const frames: Uint8Array[] = []
  for await (const frame of near.frames()) frames.push(frame)

  expect(frames).toEqual([Uint8Array.of(2)])
  await near.over
  await far.over
})

test('a window that does not hold two frames is a mistake of the program', () => {
  const make = (): CreditedStream =>
    new CreditedStream(
      { peer: PEER, nowMs: () => 0, raw: { write: async () => {}, end: () => {}, abort: () => {} } },
      { ...OPTIONS, windowBytes: 2_000 }
    )

  expect(make).toThrow(TypeError)
})
