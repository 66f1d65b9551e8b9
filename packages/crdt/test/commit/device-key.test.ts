import { inspect } from 'node:util'
import { bytesToHex, hexToBytes, SeededRandom } from '@hcfs/core'
import { expect, test } from 'vitest'
import { DeviceKey } from '../../src/commit/device-key.ts'

/** RFC 8032, section 7.1, test 2. */
const RFC_SEED = hexToBytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
const RFC_PUBLIC = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'
const RFC_SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'

test('signs as RFC 8032 says', () => {
  const key = DeviceKey.fromSeed(RFC_SEED)
  expect(key.deviceId).toBe(RFC_PUBLIC)
  expect(bytesToHex(key.sign(Uint8Array.of(0x72)))).toBe(RFC_SIGNATURE)
})

test('a stored key is the same key again', () => {
  const key = DeviceKey.generate(new SeededRandom(1))
  const again = DeviceKey.fromSeed(key.exportSeed())
  expect(again.deviceId).toBe(key.deviceId)
  expect(again.sign(Uint8Array.of(1))).toEqual(key.sign(Uint8Array.of(1)))
})

test('another randomness gives another key', () => {
  expect(DeviceKey.generate(new SeededRandom(1)).deviceId).not.toBe(DeviceKey.generate(new SeededRandom(2)).deviceId)
})

test('does not change when the seed it was made from, or gave out, is overwritten', () => {
  const seed = Uint8Array.from(RFC_SEED)
  const key = DeviceKey.fromSeed(seed)
  seed.fill(0)
  key.exportSeed().fill(0)
  expect(key.exportSeed()).toEqual(RFC_SEED)
})

test('a seed of another length is refused', () => {
  expect(() => DeviceKey.fromSeed(new Uint8Array(31))).toThrow(
    expect.objectContaining({ code: 'DEVICE_KEY_INVALID', details: { bytes: 31 } })
  )
})

test('printing a key does not show its secret', () => {
  const key = DeviceKey.fromSeed(RFC_SEED)
  const shown = inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key)
  expect(shown).toContain(RFC_PUBLIC)
  expect(shown).not.toMatch(/4ccd|76, 205, 8/)
})
