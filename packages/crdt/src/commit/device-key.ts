import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { DeviceId, Random } from '@hcfs/core'
import { deviceId, HcfsError } from '@hcfs/core'

export const DEVICE_SEED_BYTES = 32

const PUBLIC_KEY_BYTES = 32
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
])

/**
 * The Ed25519 key of a device. Signing the same bytes twice gives the same
 * signature, so a commit that is signed again has the same id.
 */
export class DeviceKey {
  readonly deviceId: DeviceId
  readonly #privateKey: KeyObject
  readonly #seed: Uint8Array

  private constructor(seed: Uint8Array) {
    // Making a key object takes twice as long as signing with it, so it is kept.
    this.#privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
    this.#seed = seed
    const spki = createPublicKey(this.#privateKey).export({ format: 'der', type: 'spki' })
    this.deviceId = deviceId(spki.subarray(-PUBLIC_KEY_BYTES))
  }

  /** `random` must be `SystemRandom` wherever the key protects something. */
  static generate(random: Random): DeviceKey {
    return DeviceKey.fromSeed(random.bytes(DEVICE_SEED_BYTES))
  }

  static fromSeed(seed: Uint8Array): DeviceKey {
    if (seed.length !== DEVICE_SEED_BYTES) {
      throw new HcfsError(
        'DEVICE_KEY_INVALID',
        `A stored device key has ${DEVICE_SEED_BYTES} bytes, not ${seed.length}; restore it from its backup`,
        { details: { bytes: seed.length } }
      )
    }
    return new DeviceKey(Uint8Array.from(seed))
  }

  sign(bytes: Uint8Array): Uint8Array {
    return Uint8Array.from(sign(null, bytes, this.#privateKey))
  }

  /** The secret itself, for storing the key. Nothing else may see it. */
  exportSeed(): Uint8Array {
    return Uint8Array.from(this.#seed)
  }
}
