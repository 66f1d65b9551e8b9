import type { CborValue, DeviceId } from '@hcfs/core'
import { encodeCbor, HcfsError, sha256Hex } from '@hcfs/core'
import { ArrayReader, decodeCanonical } from '../commit/array-reader.ts'
import type { DeviceKey } from '../commit/device-key.ts'
import type { SignatureVerifier } from '../commit/signature-verifier.ts'
import { SIGNATURE_BYTES } from '../commit/signature-verifier.ts'
import { malformedPolicy, readingPolicy } from './policy-errors.ts'

declare const verifiedBrand: unique symbol

/** A part whose signature was checked, or made here. What decides takes nothing else. */
export type Verified<Part extends SignedPart> = Part & { readonly [verifiedBrand]: true }

/** Something that one device said, as it travels. */
export interface SignedPart {
  /** SHA-256 of the encoding of [bytes, signature]. */
  readonly id: string
  /** Exactly what was signed. */
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

interface Form {
  /** Stands in front of what is signed, and keeps it apart from everything else that a device signs. */
  readonly tag: string
  readonly bytesMax: number
  /** How many values the signed array has, with the tag. */
  readonly values: number
}

const SIGNED_VALUES = 2
const FRAMING_BYTES_MAX = 128

export function encodeSigned({ bytes, signature }: SignedPart): Uint8Array {
  return encodeCbor([bytes, signature])
}

/** Does not verify the signature: only `verified` does. */
export function decodeSigned(encoded: Uint8Array, what: string, bytesMax: number): SignedPart {
  return readingPolicy(() => readSigned(decodeCanonical(encoded, what, bytesMax + FRAMING_BYTES_MAX), what))
}

export function readSigned(value: CborValue, what: string): SignedPart {
  const reader = new ArrayReader(value, what, SIGNED_VALUES)
  const bytes = reader.bytes('bytes')
  return signedPart(bytes, reader.bytes('signature', SIGNATURE_BYTES))
}

export function signBytes(bytes: Uint8Array, key: DeviceKey): SignedPart {
  return signedPart(bytes, key.sign(bytes))
}

/** The values behind the tag. The tag is looked at first, so that a newer format is told from a broken one. */
export function readTagged(bytes: Uint8Array, what: string, { tag, bytesMax, values }: Form): ArrayReader {
  const value = decodeCanonical(bytes, what, bytesMax)
  const found: unknown = Array.isArray(value) ? value[0] : undefined
  if (found !== tag) throw wrongTag(found, what, tag)
  const reader = new ArrayReader(value, what, values)
  reader.text('tag')
  return reader
}

/** Fails with `POLICY_SIGNATURE_INVALID` unless `signer` signed exactly these bytes. */
export function verified<Part extends SignedPart>(
  part: Part,
  signer: DeviceId,
  verifier: SignatureVerifier
): Verified<Part> {
  if (verifier.verify(signer, part.bytes, part.signature)) return part as Verified<Part>
  throw new HcfsError('POLICY_SIGNATURE_INVALID', 'The device it names did not sign this; ask another peer for it', {
    details: { part: part.id, signer }
  })
}

/** For what was signed a moment ago, by whom it names. */
export function signedHere<Part extends SignedPart>(part: Part): Verified<Part> {
  return part as Verified<Part>
}

function signedPart(bytes: Uint8Array, signature: Uint8Array): SignedPart {
  return { id: sha256Hex(encodeCbor([bytes, signature])), bytes, signature }
}

function wrongTag(found: unknown, what: string, tag: string): HcfsError {
  const family = tag.slice(0, tag.lastIndexOf('/') + 1)
  const isNewer =
    typeof found === 'string' && found.startsWith(family) && /^[1-9][0-9]{0,8}$/.test(found.slice(family.length))
  if (!isNewer) return malformedPolicy(`${what}.tag`, `is not ${tag}`)
  return new HcfsError('POLICY_FORMAT_UNKNOWN', `A ${what} of format ${found} was made by newer software; update`, {
    details: { format: found }
  })
}
