import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { DeviceId, NetworkId } from '@hcfs/core'
import { resolveNodeLimits, SystemClock, SystemRandom, silentLogger } from '@hcfs/core'
import type { DeviceKey } from '@hcfs/crdt'
import { SignatureVerifier } from '@hcfs/crdt'
import type { GossipSub } from '@libp2p/gossipsub'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Connection } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { onTestFinished } from 'vitest'
import { joinNetwork } from '../../../packages/node/src/join-network.ts'
import { MemoryKeyring, openIdentity } from '../../../packages/node/src/membership/identity.ts'
import { MemberAdmission } from '../../../packages/node/src/membership/member-admission.ts'
import { PolicyKeeper } from '../../../packages/node/src/membership/policy-keeper.ts'
import { exchangeAdmission } from '../../../packages/node/src/network/libp2p/admission-exchange.ts'
import { AdmittingEncrypter } from '../../../packages/node/src/network/libp2p/admitting-encrypter.ts'
import { YAMUX_WINDOW_BYTES } from '../../../packages/node/src/network/libp2p/create-host.ts'
import { privateKeyOf } from '../../../packages/node/src/network/libp2p/device-peer-id.ts'
import { openMemoryStore } from '../../../packages/node/src/storage/open-store.ts'

/** A device with a true grant and a program of its own: libp2p with nothing of ours above the admission. */
export interface HostileMember {
  readonly key: DeviceKey
  readonly device: DeviceId
  readonly network: NetworkId
  readonly gossipsub: GossipSub
  /** Has to be given the addresses of a node of that network. */
  dial(addresses: readonly string[]): Promise<Connection>
}

const ADMISSION_RULES = { timeoutMs: 10_000, frameBytesMax: 65_536 }

export async function hostileMember(ticket: string): Promise<HostileMember> {
  const random = new SystemRandom()
  const surroundings = {
    store: openMemoryStore().store,
    keyring: new MemoryKeyring(random),
    clock: new SystemClock(),
    random,
    log: silentLogger,
    limits: resolveNodeLimits({})
  }
  await joinNetwork(surroundings, ticket)
  const { key, genesis } = await openIdentity(surroundings, { isLastWriteProven: true, settleProof: [] })
  const verifier = new SignatureVerifier()
  const keeper = await PolicyKeeper.open({ ...surroundings, verifier }, genesis)
  const redeem = async (): Promise<never> => {
    throw new Error('An attacker lets nobody in')
  }
  const admission = new MemberAdmission({
    keeper,
    device: key.deviceId,
    desk: { redeem },
    verifier,
    clock: surroundings.clock
  })
  const parts = { clock: surroundings.clock, random, admission, self: key.deviceId }
  const host = await createLibp2p({
    privateKey: await privateKeyOf(key),
    transports: [tcp()],
    connectionEncrypters: [
      (components) =>
        new AdmittingEncrypter(
          noise()(components),
          (ends) => exchangeAdmission(parts, ends, ADMISSION_RULES),
          () => {}
        )
    ],
    streamMuxers: [yamux({ streamOptions: { initialStreamWindowSize: YAMUX_WINDOW_BYTES } })],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ protocolPrefix: 'hcfs' }),
      gossipsub: gossipsub({ globalSignaturePolicy: 'StrictNoSign', allowPublishToZeroTopicPeers: true })
    }
  })
  onTestFinished(async () => {
    await host.stop()
  })
  return {
    key,
    device: key.deviceId,
    network: keeper.state.network,
    gossipsub: host.services.gossipsub,
    dial: (addresses) => host.dial(addresses.map((address) => multiaddr(address)))
  }
}
