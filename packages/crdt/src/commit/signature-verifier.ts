import type { KeyObject } from 'node:crypto'
import { createPublicKey, verify } from 'node:crypto'
import type { DeviceId } from '@hcfs/core'
import { idToBytes } from '@hcfs/core'
import { isStrongPoint } from './strong-point.ts'

export interface SignatureVerifierOptions {
  /**
   * How many authors' keys stay in memory. Making a key object costs a third of a
   * verification, so this should exceed the number of authors that are active.
   *
   * @default 1_024
   */
  readonly keysKeptMax?: number
}

export const SIGNATURE_BYTES = 64

const POINT_BYTES = 32
const KEYS_KEPT_MAX_DEFAULT = 1_024
const SPKI_PREFIX = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])

/**
 * Says whether a device signed some bytes. Every replica has to agree on that,
 * whatever its runtime: Ed25519 of RFC 8032 without the cofactor, S below the
 * group order, R compared as bytes, and neither key nor R of small order or in a
 * second spelling. docs/reference/commit-format.md explains each.
 */
export class SignatureVerifier {
  readonly #keysKeptMax: number
  /** Least recently used first. */
  readonly #keys = new Map<DeviceId, KeyObject>()

  constructor({ keysKeptMax = KEYS_KEPT_MAX_DEFAULT }: SignatureVerifierOptions = {}) {
    if (!Number.isSafeInteger(keysKeptMax) || keysKeptMax < 1) {
      throw new TypeError(`keysKeptMax must be a whole number above 0, not ${keysKeptMax}`)
    }
    this.#keysKeptMax = keysKeptMax
  }

  verify(device: DeviceId, bytes: Uint8Array, signature: Uint8Array): boolean {
    const key = this.keyFor(device, signature)
    return key !== undefined && verify(null, bytes, key, signature)
  }

  /** What OpenSSL verifies a signature with; `undefined` when it is none, whatever the bytes. For who does so in another thread. */
  keyFor(device: DeviceId, signature: Uint8Array): KeyObject | undefined {
    if (signature.length !== SIGNATURE_BYTES || !isStrongPoint(signature.subarray(0, POINT_BYTES))) return undefined
    return this.#keyOf(device)
  }

  #keyOf(device: DeviceId): KeyObject | undefined {
    const kept = this.#keys.get(device)
    if (kept !== undefined) {
      this.#keys.delete(device)
      this.#keys.set(device, kept)
      return kept
    }
    const publicKey = idToBytes(device)
    if (!isStrongPoint(publicKey)) return undefined
    const key = importPublicKey(publicKey)
    this.#keys.set(device, key)
    if (this.#keys.size > this.#keysKeptMax) this.#keys.delete(this.#keys.keys().next().value!)
    return key
  }
}

function importPublicKey(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
}
