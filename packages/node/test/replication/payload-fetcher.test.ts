import { ManualClock, settle } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { FrameStream } from '../../src/network/transport.ts'
import type { FetchPiece } from '../../src/replication/fetch-codec.ts'
import { decodeRequest, encodePiece } from '../../src/replication/fetch-codec.ts'
import { PayloadFetcher } from '../../src/replication/payload-fetcher.ts'
import { BOB, sampleCommits } from './sample-gossip.ts'

const PEER = BOB.deviceId
const [WHOLE] = sampleCommits([300_000])
const LACKING = { commit: WHOLE!.commit, payloads: [undefined] }
const PAYLOAD = WHOLE!.payloads[0]!
const FOREVER = new AbortController().signal

type Piece = Omit<FetchPiece, 'number'>

/** A fetcher whose peer answers each request with these pieces; without any it says nothing. */
function fetcher(pieces: readonly Piece[] | undefined) {
  const penalties: string[] = []
  const clock = new ManualClock()
  const opened: FrameStream[] = []
  const openStream = async (): Promise<FrameStream> => {
    const answers: Uint8Array[] = []
    const ended = Promise.withResolvers<void>()
    const stream: FrameStream = {
      peer: PEER,
      send: async (frame) => {
        const { number } = decodeRequest(frame)!
        for (const piece of pieces ?? []) answers.push(encodePiece({ ...piece, number }))
      },
      async *frames() {
        for (;;) {
          const next = answers.shift()
          if (next !== undefined) yield next
          else return await ended.promise
        }
      },
      close: async () => {},
      abort: () => ended.resolve()
    }
    opened.push(stream)
    return stream
  }
  const made = new PayloadFetcher({
    transport: { openStream },
    clock,
    penalise: (_peer, what) => penalties.push(what)
  })
  return { made, penalties, clock, opened }
}

const FIRST: Piece = { bytes: PAYLOAD.subarray(0, 200_000), ends: 'nothing' }
const REST: Piece = { bytes: PAYLOAD.subarray(200_000), ends: 'all' }

test('a payload comes in pieces, and the next request goes over the same stream', async () => {
  const { made, penalties, opened } = fetcher([FIRST, REST])
  for (let turn = 0; turn < 2; turn += 1) expect(await made.complete(PEER, LACKING, FOREVER)).toEqual(WHOLE)
  expect([opened.length, penalties]).toEqual([1, []])
})

test('a peer that does not have it says so, and that is no fault', async () => {
  const { made, penalties } = fetcher([{ bytes: new Uint8Array(0), ends: 'all' }])
  expect(await made.complete(PEER, LACKING, FOREVER)).toBeUndefined()
  expect(penalties).toEqual([])
})

test.each([
  [
    'other bytes of the right length',
    [{ ...FIRST, bytes: new Uint8Array(200_000) }, REST],
    'a payload that is another'
  ],
  ['more bytes than the entry names', [FIRST, FIRST], 'bytes that nobody fetched'],
  ['empty pieces', [{ bytes: new Uint8Array(0), ends: 'nothing' }], 'an empty piece']
] as const)('a peer that sends %s is reported and loses its stream', async (_, pieces, what) => {
  const { made, penalties, opened } = fetcher(pieces)
  await expect(made.complete(PEER, LACKING, FOREVER)).rejects.toMatchObject({ code: 'STREAM_CLOSED' })
  expect(penalties).toEqual([what])
  await made.complete(PEER, LACKING, FOREVER).catch(() => {})
  expect(opened).toHaveLength(2)
})

test('a peer that says nothing is given up after half a minute', async () => {
  const { made, clock, penalties } = fetcher(undefined)
  const outcome = made.complete(PEER, LACKING, FOREVER).catch((error: unknown) => error)
  await settle()
  await clock.advance(31_000)
  expect(await outcome).toMatchObject({ code: 'STREAM_CLOSED' })
  expect(penalties).toEqual([])
})
