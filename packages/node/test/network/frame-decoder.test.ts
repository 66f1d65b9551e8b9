import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WirePart } from '../../src/network/frame-decoder.ts'
import { encodePart, FrameDecoder } from '../../src/network/frame-decoder.ts'

const part: fc.Arbitrary<WirePart> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((frame) => ({ kind: 'data' as const, frame })),
  fc.nat(1_000).map((cost) => ({ kind: 'credit' as const, cost })),
  fc.constant({ kind: 'close' as const })
)

test('however the bytes are cut, the same parts come out', () => {
  fc.assert(
    fc.property(fc.array(part), fc.infiniteStream(fc.integer({ min: 1, max: 20 })), (parts, cuts) => {
      const decoder = new FrameDecoder(40)
      const decoded = [...cut(bytesOf(parts), cuts)].flatMap((chunk) => [...decoder.decode(chunk)].map(copied))

      expect(decoded).toEqual(parts)
      expect(decoder.isHalf).toBe(false)
      expect(decoder.finished).toBe(parts.length)
    })
  )
})

test('any bytes end in parts or in STREAM_MALFORMED', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const decoder = new FrameDecoder(40)
      try {
        for (const each of decoder.decode(bytes)) if (each.kind === 'data') expect(each.frame.length).toBeLessThan(41)
      } catch (error) {
        expect(error).toMatchObject({ code: 'STREAM_MALFORMED' })
      }
    })
  )
})

test('a frame over the limit is refused by its header, before its bytes have come', () => {
  const header = encodePart({ kind: 'data', frame: new Uint8Array(41) }).subarray(0, 5)

  expect(() => [...new FrameDecoder(40).decode(header)]).toThrow(expect.objectContaining({ code: 'STREAM_MALFORMED' }))
})

test('what follows a part can be read in another way', () => {
  const decoder = new FrameDecoder(40)
  const bytes = Uint8Array.of(...encodePart({ kind: 'close' }), 1, 2, 3)
  for (const each of decoder.decode(bytes)) {
    expect(each).toEqual({ kind: 'close' })
    break
  }

  expect(decoder.takeRest()).toEqual(Uint8Array.of(1, 2, 3))
  expect(decoder.isHalf).toBe(false)
})

test('the bytes of a part are the ones of the protocol', () => {
  expect(encodePart({ kind: 'data', frame: Uint8Array.of(255, 1) })).toEqual(Uint8Array.of(0, 0, 0, 0, 2, 255, 1))
  expect(encodePart({ kind: 'credit', cost: 66_051 })).toEqual(Uint8Array.of(1, 0, 1, 2, 3))
  expect(encodePart({ kind: 'close' })).toEqual(Uint8Array.of(2, 0, 0, 0, 0))
})

function bytesOf(parts: readonly WirePart[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((each) => [...encodePart(each)]))
}

function* cut(bytes: Uint8Array, lengths: Iterator<number>): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const length = lengths.next().value
    yield bytes.slice(at, at + length)
    at += length
  }
}

function copied(each: WirePart): WirePart {
  return each.kind === 'data' ? { kind: 'data', frame: each.frame.slice() } : each
}
