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

export function deviceOf(peer: PeerId): DeviceId {
  const key = peer.publicKey
  if (key?.type === 'Ed25519') return deviceId(key.raw)
  throw new HcfsError('ADMISSION_REFUSED', 'Devices have Ed25519 keys; this peer has another one')
}

export function deviceOfText(text: string): DeviceId {
  return deviceOf(peerIdFromString(text))
}
