import { HcfsError } from '../errors/hcfs-error.ts'
import { bytesToHex, hexToBytes } from './hex.ts'

declare const idBrand: unique symbol

/**
 * Ids are 32 bytes. In memory they are lower-case hexadecimal text, which
 * compares, prints and keys a map as it is; on the wire and on disk they are
 * bytes. Each kind has its own type, so that one is never passed for another.
 */
type Id<Kind extends string> = string & { readonly [idBrand]: Kind }

/** SHA-256 of a commit's header with its signature. */
export type CommitId = Id<'commit'>
/** SHA-256 that names a context in a space. */
export type DocId = Id<'doc'>
/** SHA-256 of a payload's bytes. */
export type PayloadHash = Id<'payload'>
/** SHA-256 of a network's genesis. */
export type NetworkId = Id<'network'>
/** The Ed25519 public key of a device. */
export type DeviceId = Id<'device'>
/** SHA-256 of a policy grant. */
export type GrantId = Id<'grant'>

/** Checks text that came from outside, or turns 32 bytes into an id. */
type IdParser<Kind extends string> = (value: string | Uint8Array) => Kind

export const ID_BYTES = 32

const ID_PATTERN = /^[0-9a-f]{64}$/

export const commitId = parserFor<CommitId>('commit id')
export const docId = parserFor<DocId>('document id')
export const payloadHash = parserFor<PayloadHash>('payload hash')
export const networkId = parserFor<NetworkId>('network id')
export const deviceId = parserFor<DeviceId>('device id')
export const grantId = parserFor<GrantId>('grant id')

function parserFor<Kind extends Id<string>>(what: string): IdParser<Kind> {
  return (value) => {
    if (typeof value !== 'string' && value.length === ID_BYTES) return bytesToHex(value) as Kind
    if (typeof value === 'string' && ID_PATTERN.test(value)) return value as Kind
    throw new HcfsError('ID_INVALID', `A ${what} is ${ID_BYTES * 2} lower-case hexadecimal digits`)
  }
}

export function idToBytes(id: Id<string>): Uint8Array {
  return hexToBytes(id)
}
