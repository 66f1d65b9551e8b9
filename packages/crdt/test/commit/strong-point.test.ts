import { bytesToHex, deviceId } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { assertStrongDeviceId, isStrongPoint } from '../../src/commit/strong-point.ts'
import * as edwards from './edwards-oracle.ts'
import { ada } from './sample-commits.ts'

const PRIME = 2n ** 255n - 19n
const SIGN = 1n << 255n

test('the eight points of small order are weak, whatever their sign bit', () => {
  const generator = edwards.pointOfOrderEight()
  const points = Array.from({ length: 8 }, (_, index) => edwards.multiply(generator, BigInt(index)))
  expect(new Set(points.map((point) => bytesToHex(edwards.encodePoint(point)))).size).toBe(8)
  for (const point of points) {
    expect(isStrongPoint(edwards.encodePoint(point))).toBe(false)
    expect(isStrongPoint(edwards.encodePoint(edwards.negate(point)))).toBe(false)
    expect(isStrongPoint(edwards.littleEndian(point[1] | SIGN))).toBe(false)
  }
})

test('every second spelling of a point is weak', () => {
  for (let y = PRIME; y < SIGN; y += 1n) {
    expect(isStrongPoint(edwards.littleEndian(y))).toBe(false)
    expect(isStrongPoint(edwards.littleEndian(y | SIGN))).toBe(false)
  }
})

test('other values of y are strong, up to the last below the prime', () => {
  expect(isStrongPoint(edwards.littleEndian(PRIME - 2n))).toBe(true)
  expect(isStrongPoint(edwards.littleEndian(2n))).toBe(true)
  expect(isStrongPoint(edwards.encodePoint(edwards.BASE))).toBe(true)
})

describe('assertStrongDeviceId', () => {
  test('lets an honest device pass', () => {
    expect(() => assertStrongDeviceId(ada.deviceId)).not.toThrow()
  })

  test('names the device it refuses', () => {
    const device = deviceId(edwards.encodePoint(edwards.IDENTITY))
    expect(() => assertStrongDeviceId(device)).toThrow(
      expect.objectContaining({ code: 'DEVICE_KEY_INVALID', details: { device } })
    )
  })
})
