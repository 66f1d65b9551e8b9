import { readFileSync } from 'node:fs'
import { bytesToHex, encodeCbor, FORMAT_LIMITS, hexToBytes } from '@hcfs/core'
import { DeviceKey, SignatureVerifier } from '@hcfs/crdt'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAckFrame, encodeAckFrame, FRAME_BYTES_MAX, takeFrame } from '../../src/convergence/ack-frame.ts'
import { decodeFrontier, isSignedByMember, signFrontier } from '../../src/convergence/frontier-message.ts'
import { commitNumber, deviceNumber, frontier, sampleKey, tip } from './frontier-samples.ts'

const golden: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('../../../../fixtures/convergence/frontier-v1.json', import.meta.url), 'utf8')
)

function goldenFrontier() {
  const key = DeviceKey.fromSeed(new Uint8Array(32).fill(1))
  const standing = {
    parked: [{ author: deviceNumber(3), count: 2, reason: 'policy' }],
    isDiskFull: true,
    voidCount: 4
  } as const
  return signFrontier({ ...frontier(key.deviceId, 1_700_000_000_000_000, [tip(2, 1), tip(3, 500)]), standing }, key)
}

describe('the bytes of an acknowledgement', () => {
  test('they stay as they are for ever', () => {
    const signed = goldenFrontier()
    expect(bytesToHex(signed.encoded)).toBe(golden['frontier'])
    expect(bytesToHex(encodeAckFrame({ kind: 'frontiers', frontiers: [Uint8Array.of(1, 2)] }))).toBe(golden['frame'])
    const want = encodeAckFrame({ kind: 'want', space: signed.space, forMs: 5_000, hops: 3 })
    expect(bytesToHex(want)).toBe(golden['want'])
  })

  test('bytes of an old release are read as what they said', () => {
    const read = decodeFrontier(hexToBytes(golden['frontier'] ?? ''))
    expect(read).toEqual(goldenFrontier())
    expect(isSignedByMember(read, new SignatureVerifier())).toBe(true)
  })

  test('what was signed is read back, with as many chains as may be', () => {
    const key = sampleKey()
    const tips = Array.from({ length: FORMAT_LIMITS.frontierChainsMax }, (_, index) => ({
      ...tip(2, index + 1),
      incarnation: index
    }))
    const signed = signFrontier(frontier(key.deviceId, 1, tips), key)
    expect(decodeFrontier(signed.encoded)).toEqual(signed)
  })

  test('a frame takes as many frontiers as fit, and every frame that is made can be read', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 128 * 1_024 }), { maxLength: 60 })
    fc.assert(
      fc.property(sizes, (lengths) => {
        let waiting = lengths.map((length) => new Uint8Array(length))
        while (waiting.length > 0) {
          const taken = takeFrame(waiting)
          const bytes = encodeAckFrame({ kind: 'frontiers', frontiers: taken })
          expect(bytes.length).toBeLessThanOrEqual(FRAME_BYTES_MAX)
          expect(decodeAckFrame(bytes)).toEqual({ kind: 'frontiers', frontiers: taken })
          expect(taken.length).toBeGreaterThan(0)
          waiting = waiting.slice(taken.length)
        }
      }),
      { numRuns: 10 }
    )
  })
})

describe('hostile bytes', () => {
  const key = sampleKey()
  const invalid = expect.objectContaining({ code: 'ACKNOWLEDGEMENT_INVALID' })

  test('whatever the bytes are, reading them ends in a value or in one code', () => {
    const good = goldenFrontier().encoded
    const broken = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
        const bytes = Uint8Array.from(good)
        bytes[at]! ^= flip
        return bytes
      }),
      fc.nat(good.length - 1).map((length) => good.slice(0, length))
    )
    fc.assert(
      fc.property(broken, (bytes) => {
        for (const read of [decodeFrontier, decodeAckFrame]) {
          try {
            const value = read(bytes)
            if ('member' in value) expect(isSignedByMember(value, new SignatureVerifier())).toBe(false)
          } catch (error) {
            expect(error).toEqual(invalid)
          }
        }
      })
    )
  })

  test('a frontier that another device signed is not signed by the member', () => {
    const other = sampleKey()
    const forged = signFrontier(frontier(key.deviceId, 1, [tip(2, 9)]), key)
    const [body] = [forged.encoded.slice(3, forged.encoded.length - 66)]
    const resigned = encodeCbor([body, other.sign(body)])
    const read = decodeFrontier(resigned)
    expect(read.member).toBe(key.deviceId)
    expect(isSignedByMember(read, new SignatureVerifier())).toBe(false)
  })

  test.each([
    ['more chains than allowed', Array.from({ length: FORMAT_LIMITS.frontierChainsMax + 1 }, (_, i) => tip(2, i + 1))],
    ['chains out of order', [tip(3, 1), tip(2, 1)]],
    ['one chain twice', [tip(2, 1), tip(2, 1)]],
    ['a place before the first', [{ ...tip(2, 1), seq: 0 }]]
  ])('%s are refused', (_name, tips) => {
    const { encoded } = signFrontier(frontier(key.deviceId, 1, tips), key)
    expect(() => decodeFrontier(encoded)).toThrow(invalid)
  })

  test('a huge one is refused before it is decoded', () => {
    expect(() => decodeFrontier(new Uint8Array(1_024 * 1_024))).toThrow(/more than 131072 bytes/)
    expect(() => decodeAckFrame(new Uint8Array(1_024 * 1_024))).toThrow(/more than 262144 bytes/)
  })

  test('nobody signs for another member', () => {
    expect(() => signFrontier(frontier(deviceNumber(5), 1, [{ ...tip(2, 1), id: commitNumber(2, 1) }]), key)).toThrow(
      TypeError
    )
  })
})
