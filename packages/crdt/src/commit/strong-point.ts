import type { DeviceId } from '@hcfs/core'
import { bytesToHex, HcfsError, hexToBytes, idToBytes } from '@hcfs/core'

/*
 * A signature names two points of the curve: the public key A and the nonce R.
 * Whether points of small order and second spellings of a point are accepted
 * differs between crypto libraries, and between versions of Node. So it is
 * decided here: neither is. Under a key of small order anybody can sign.
 */

/** p = 2^255 - 19, little-endian. */
const FIELD_PRIME = hexToBytes('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')

/** The y of the eight points of small order, without the sign of x: 1, 0, p - 1 and the two of order 8. */
const SMALL_ORDER_Y: ReadonlySet<string> = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
])

/**
 * To be called where a device is admitted: its id must be a public key for which
 * only the holder of the private key can sign, in its only spelling.
 */
export function assertStrongDeviceId(device: DeviceId): void {
  if (isStrongPoint(idToBytes(device))) return
  throw new HcfsError('DEVICE_KEY_INVALID', 'This device id is a weak key that anybody can sign for; do not admit it', {
    details: { device }
  })
}

/** Whether 32 bytes have the only spelling of a point, and not one of small order. Does not check that there is such a point. */
export function isStrongPoint(encoded: Uint8Array): boolean {
  const y = Uint8Array.from(encoded)
  y[y.length - 1]! &= 0x7f
  return isBelowPrime(y) && !SMALL_ORDER_Y.has(bytesToHex(y))
}

function isBelowPrime(y: Uint8Array): boolean {
  for (let index = y.length - 1; index >= 0; index -= 1) {
    if (y[index] !== FIELD_PRIME[index]) return y[index]! < FIELD_PRIME[index]!
  }
  return false
}
