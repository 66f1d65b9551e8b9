import type { DeviceId } from '@hcfs/core'
import { deviceId, HcfsError, idToBytes } from '@hcfs/core'
import type { DeviceKey } from '@hcfs/crdt'
import { generateKeyPairFromSeed, publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'

/** The device's own key proves it in the handshake: there is no second identity to bind to the first. */
export async function privateKeyOf(key: DeviceKey): Promise<PrivateKey> {
  return await generateKeyPairFromSeed('Ed25519', key.exportSeed())
}

export function peerIdOf(device: DeviceId): PeerId {
  return peerIdFromPublicKey(publicKeyFromRaw(idToBytes(device)))
}

/** `undefined` for a peer that is no device: anybody can name one, in the routing table and on the local network. */
export function findDeviceOf(peer: PeerId): DeviceId | undefined {
  const key = peer.publicKey
  return key?.type === 'Ed25519' ? deviceId(key.raw) : undefined
}

export function deviceOf(peer: PeerId): DeviceId {
  const device = findDeviceOf(peer)
  if (device !== undefined) return device
  throw new HcfsError('ADMISSION_REFUSED', 'Devices have Ed25519 keys; this peer has another one')
}

export function deviceOfText(text: string): DeviceId {
  return deviceOf(peerIdFromString(text))
}
