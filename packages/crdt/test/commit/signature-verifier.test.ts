import type { KeyObject, PublicKeyInput } from 'node:crypto'
import type { DeviceId } from '@hcfs/core'
import { deviceId, hexToBytes } from '@hcfs/core'
import { describe, expect, test, vi } from 'vitest'
import { DeviceKey } from '../../src/commit/device-key.ts'
import { SignatureVerifier } from '../../src/commit/signature-verifier.ts'
import type { Point } from './edwards-oracle.ts'
import * as edwards from './edwards-oracle.ts'
import { ada, bob } from './sample-commits.ts'

const MESSAGE = new TextEncoder().encode('message')
const SECRET = 12_345n
const NONCE = 777n

interface Forgery {
  readonly message?: Uint8Array
  /** Added to the public key, to the nonce and to S. */
  readonly keyTwist?: Point
  readonly nonceTwist?: Point
  readonly scalarTwist?: bigint
  readonly nonce?: bigint
  readonly secret?: bigint
}

/** A signature as the equation without cofactor wants it, but for what is twisted. */
function forge(forgery: Forgery = {}): { device: DeviceId; message: Uint8Array; signature: Uint8Array } {
  const { message = MESSAGE, nonce = NONCE, secret = SECRET, scalarTwist = 0n } = forgery
  const twisted = (scalar: bigint, twist: Point = edwards.IDENTITY): Uint8Array =>
    edwards.encodePoint(edwards.add(edwards.multiply(edwards.BASE, scalar), twist))
  const key = twisted(secret, forgery.keyTwist)
  const r = twisted(nonce, forgery.nonceTwist)
  const s = (nonce + edwards.challenge(r, key, message) * secret) % edwards.L
  return { device: deviceId(key), message, signature: edwards.signatureOf(r, s + scalarTwist) }
}

function isGood(forgery?: Forgery): boolean {
  const { device, message, signature } = forge(forgery)
  return new SignatureVerifier().verify(device, message, signature)
}

test('accepts what a device signed, and nothing else', () => {
  const verifier = new SignatureVerifier()
  const signature = ada.sign(MESSAGE)
  expect(verifier.verify(ada.deviceId, MESSAGE, signature)).toBe(true)
  expect(verifier.verify(bob.deviceId, MESSAGE, signature)).toBe(false)
  expect(verifier.verify(ada.deviceId, MESSAGE.subarray(1), signature)).toBe(false)
  expect(verifier.verify(ada.deviceId, MESSAGE, bob.sign(MESSAGE))).toBe(false)
})

test('a signature of another length is not good', () => {
  const verifier = new SignatureVerifier()
  const signature = ada.sign(MESSAGE)
  expect(verifier.verify(ada.deviceId, MESSAGE, new Uint8Array(0))).toBe(false)
  expect(verifier.verify(ada.deviceId, MESSAGE, signature.subarray(0, 63))).toBe(false)
  expect(verifier.verify(ada.deviceId, MESSAGE, Uint8Array.from([...signature, 0]))).toBe(false)
})

describe('at the edges of Ed25519', () => {
  const small = edwards.pointOfOrderEight()

  test('a signature made with big integers is good', () => {
    expect(isGood()).toBe(true)
  })

  test('S that is not below the group order is not good', () => {
    expect(isGood({ scalarTwist: edwards.L })).toBe(false)
  })

  test('a nonce with a part of small order is not good, although the equation with the cofactor holds', () => {
    expect(isGood({ nonceTwist: small })).toBe(false)
  })

  test('under a key with a part of small order, exactly those are good that fulfil the equation without the cofactor', () => {
    const verifier = new SignatureVerifier()
    const forged = Array.from({ length: 24 }, (_, index) => forge({ message: Uint8Array.of(index), keyTwist: small }))
    const good = forged.map(({ device, message, signature }) => verifier.verify(device, message, signature))
    const fulfilling = forged.map(
      ({ device, message, signature }) =>
        edwards.challenge(signature.subarray(0, 32), hexToBytes(device), message) % 8n === 0n
    )
    expect(good).toEqual(fulfilling)
    expect(good).toContain(true)
  })

  test('an id that is no point verifies nothing', () => {
    let y = 2n
    while (edwards.pointWithY(y, 0n) !== undefined) y += 1n
    const { message, signature } = forge()
    expect(new SignatureVerifier().verify(deviceId(edwards.littleEndian(y)), message, signature)).toBe(false)
  })
})

/*
 * Node 24.21 refuses small orders, Node 20.20 does not. What a replica accepts
 * must not depend on that, so these tests run on a Node that accepts everything.
 */
describe('on a runtime that accepts everything', async () => {
  vi.resetModules()
  vi.doMock('node:crypto', async (original) => ({
    ...(await original<typeof import('node:crypto')>()),
    verify: () => true
  }))
  const { SignatureVerifier: LenientVerifier } = await import('../../src/commit/signature-verifier.ts')
  vi.doUnmock('node:crypto')
  const verifier = new LenientVerifier()

  test('an ordinary signature is good', () => {
    expect(verifier.verify(ada.deviceId, MESSAGE, ada.sign(MESSAGE))).toBe(true)
  })

  test('a key of small order is refused', () => {
    const { device, message, signature } = forge({ secret: 0n })
    expect(verifier.verify(device, message, signature)).toBe(false)
  })

  test('a nonce of small order is refused', () => {
    const { device, message, signature } = forge({ nonce: 0n })
    expect(verifier.verify(device, message, signature)).toBe(false)
  })

  test('a second spelling of a point is refused', () => {
    const fourAgain = edwards.littleEndian(2n ** 255n - 19n + 4n)
    const signature = ada.sign(MESSAGE)
    expect(verifier.verify(deviceId(fourAgain), MESSAGE, signature)).toBe(false)
    expect(verifier.verify(ada.deviceId, MESSAGE, Uint8Array.from([...fourAgain, ...signature.subarray(32)]))).toBe(
      false
    )
  })
})

describe('the keys it keeps', async () => {
  const imported = vi.fn()
  vi.resetModules()
  vi.doMock('node:crypto', async (original) => {
    const crypto = await original<typeof import('node:crypto')>()
    const createPublicKey = (input: PublicKeyInput): KeyObject => {
      imported()
      return crypto.createPublicKey(input)
    }
    return { ...crypto, createPublicKey }
  })
  const { SignatureVerifier: CountedVerifier } = await import('../../src/commit/signature-verifier.ts')
  vi.doUnmock('node:crypto')
  const keys = [1, 2, 3, 4].map((value) => DeviceKey.fromSeed(new Uint8Array(32).fill(value)))

  test('do not change what it answers when there are more authors than room', () => {
    const verifier = new CountedVerifier({ keysKeptMax: 2 })
    for (const signer of [...keys, ...keys.toReversed()]) {
      const answers = keys.map((key) => verifier.verify(key.deviceId, MESSAGE, signer.sign(MESSAGE)))
      expect(answers).toEqual(keys.map((key) => key === signer))
    }
  })

  test('are those used last', () => {
    const verifier = new CountedVerifier({ keysKeptMax: 2 })
    const importsOf = (index: number): number => {
      imported.mockClear()
      expect(verifier.verify(keys[index]!.deviceId, MESSAGE, keys[index]!.sign(MESSAGE))).toBe(true)
      return imported.mock.calls.length
    }
    expect([0, 1, 0, 2, 0, 1].map(importsOf)).toEqual([1, 1, 0, 1, 0, 1])
  })

  test('are at least one', () => {
    expect(() => new SignatureVerifier({ keysKeptMax: 0 })).toThrow(TypeError)
  })
})
