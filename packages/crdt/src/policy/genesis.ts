import type { DeviceId, GrantId, NetworkId } from '@hcfs/core'
import { decodeCbor, deviceId, encodeCbor, grantId, HcfsError, idToBytes, networkId, sha256 } from '@hcfs/core'

/**
 * The first bytes of a network. Its hash is the network's id and, because it
 * names the first device, also the id of that device's grant: to administrate
 * everything below `/`.
 */
export interface Genesis {
  readonly ownerKey: DeviceId
  readonly recoveryKey: DeviceId
  readonly firstDevice: DeviceId
  /** 16 random bytes, so that the same keys can found two networks. */
  readonly nonce: Uint8Array
  readonly createdAtMs: number
}

const DOMAIN = 'hcfs/genesis/1'
const NONCE_BYTES = 16

export function encodeGenesis(genesis: Genesis): Uint8Array {
  return encodeCbor([
    DOMAIN,
    idToBytes(genesis.ownerKey),
    idToBytes(genesis.recoveryKey),
    idToBytes(genesis.firstDevice),
    genesis.nonce,
    genesis.createdAtMs
  ])
}

export function decodeGenesis(bytes: Uint8Array): Genesis {
  const value = decodeCbor(bytes)
  if (!Array.isArray(value) || value.length !== 6) throw malformed('an array of 6 items')
  const [domain, owner, recovery, device, nonce, createdAtMs] = value
  if (domain !== DOMAIN) throw malformed(`the domain ${DOMAIN}`)
  if (!(nonce instanceof Uint8Array) || nonce.byteLength !== NONCE_BYTES)
    throw malformed(`a nonce of ${NONCE_BYTES} bytes`)
  if (!Number.isSafeInteger(createdAtMs) || createdAtMs < 0) throw malformed('a time in milliseconds')
  return {
    ownerKey: keyFrom(owner),
    recoveryKey: keyFrom(recovery),
    firstDevice: keyFrom(device),
    nonce,
    createdAtMs
  }
}

export function networkOf(genesis: Genesis): NetworkId {
  return networkId(sha256(encodeGenesis(genesis)))
}

/** The grant that the genesis itself gives to the first device. */
export function firstGrantOf(genesis: Genesis): GrantId {
  return grantId(sha256(encodeGenesis(genesis)))
}

function keyFrom(value: unknown): DeviceId {
  if (value instanceof Uint8Array) return deviceId(value)
  throw malformed('keys of 32 bytes')
}

function malformed(wanted: string): HcfsError {
  return new HcfsError('ENCODING_INVALID', `This is not the genesis of a network: it lacks ${wanted}`)
}
