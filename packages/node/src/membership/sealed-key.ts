import { createCipheriv, createDecipheriv, scryptSync } from 'node:crypto'
import type { CborValue, Random } from '@hcfs/core'
import { decodeCbor, encodeCbor, HcfsError } from '@hcfs/core'
import { ArrayReader, DEVICE_SEED_BYTES } from '@hcfs/crdt'

/** One key; several, one after another, have a tag of their own, so that none is taken for less than it is. */
const TAG = 'hcfs/sealed-key/1'
const TAG_OF_SEVERAL = 'hcfs/sealed-keys/1'
const KEYS_MAX = 2
const SALT_BYTES = 16
const NONCE_BYTES = 12
const CHECK_BYTES = 16
/** 64 MiB and about a quarter of a second for each guess. */
const SCRYPT = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1_024 * 1_024 }
const FILE_BYTES_MAX = 1_024

/** The seeds of one or two keys as bytes for a file, worth nothing without the passphrase. */
export function sealKeys(seeds: readonly Uint8Array[], passphrase: string, random: Random): Uint8Array {
  if (passphrase.length === 0) throw new HcfsError('BAD_REQUEST', 'A key is sealed with a passphrase that is not empty')
  const tag = seeds.length === 1 ? TAG : TAG_OF_SEVERAL
  const salt = random.bytes(SALT_BYTES)
  const nonce = random.bytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase.normalize('NFC'), salt, 32, SCRYPT), nonce)
  cipher.setAAD(Buffer.from(tag))
  const sealed = Buffer.concat([...seeds.map((seed) => cipher.update(seed)), cipher.final()])
  return encodeCbor([tag, salt, nonce, Uint8Array.from(sealed), Uint8Array.from(cipher.getAuthTag())])
}

/** Fails with `SEALED_KEY_INVALID` for a wrong passphrase and for a file that holds something else. */
export function unsealKeys(file: Uint8Array, passphrase: string): Uint8Array[] {
  try {
    if (file.length > FILE_BYTES_MAX) throw invalid()
    const value: CborValue = decodeCbor(file)
    const reader = new ArrayReader(value, 'sealed key', 5)
    const tag = reader.text('tag')
    if (tag !== TAG && tag !== TAG_OF_SEVERAL) throw invalid()
    const salt = reader.bytes('salt', SALT_BYTES)
    const nonce = reader.bytes('nonce', NONCE_BYTES)
    const sealed = reader.bytes('sealed', DEVICE_SEED_BYTES * (tag === TAG ? 1 : KEYS_MAX))
    const check = reader.bytes('check', CHECK_BYTES)
    const secret = scryptSync(passphrase.normalize('NFC'), salt, 32, SCRYPT)
    const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: CHECK_BYTES })
    decipher.setAAD(Buffer.from(tag))
    decipher.setAuthTag(check)
    const seeds = Uint8Array.from(Buffer.concat([decipher.update(sealed), decipher.final()]))
    return seedsIn(seeds)
  } catch (error) {
    throw invalid(error)
  }
}

function seedsIn(bytes: Uint8Array): Uint8Array[] {
  const starts = Array.from({ length: bytes.length / DEVICE_SEED_BYTES }, (_, index) => index * DEVICE_SEED_BYTES)
  return starts.map((start) => bytes.slice(start, start + DEVICE_SEED_BYTES))
}

function invalid(cause?: unknown): HcfsError {
  return new HcfsError('SEALED_KEY_INVALID', 'The passphrase is wrong, or the file is not a sealed key', { cause })
}
