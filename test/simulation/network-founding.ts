import type { ContextPath, SeededRandom } from '@hcfs/core'
import { parsePath, ROOT_PATH } from '@hcfs/core'
import type { Genesis, PolicyState, SignedGrant, Verified } from '@hcfs/crdt'
import {
  DeviceKey,
  decodePolicyEntry,
  encodeSigned,
  networkOf,
  PolicyLog,
  SignatureVerifier,
  signGrant,
  signPolicyEntry
} from '@hcfs/crdt'
import { START_MS } from './machine/machine-clock.ts'
import type { Standing } from './standing.ts'

/** A device, and what it may do. */
export interface Member {
  readonly key: DeviceKey
  readonly standing: Standing
}

/** A network of several devices, as its policy would make it. */
export interface Founding {
  readonly genesis: Genesis
  /** Signs what the first machine decides. */
  readonly ownerKey: DeviceKey
  /** What every device was told when it was let in. */
  readonly policy: readonly Uint8Array[]
  readonly fingerprintKey: Uint8Array
  readonly members: readonly Member[]
}

/** A space that only some may read. */
export const PRIVATE_SPACE: ContextPath = parsePath('/private')
/** All that is outside of it. */
export const OPEN_FOLDERS: readonly ContextPath[] = ['/kept', '/free', '/burst', '/batch', '/moved', '/tree'].map(
  (path) => parsePath(path)
)

const KEY_BYTES = 32
const NONCE_BYTES = 16

/** The first device founds the network; the owner grants the others what they may do. */
export function foundNetwork(random: SeededRandom, standings: readonly Standing[]): Founding {
  const ownerKey = newKey(random)
  const members = standings.map((standing) => ({ key: newKey(random), standing }))
  const genesis: Genesis = {
    ownerKey: ownerKey.deviceId,
    recoveryKey: newKey(random).deviceId,
    firstDevice: members[0]!.key.deviceId,
    nonce: random.bytes(NONCE_BYTES),
    createdAtMs: START_MS
  }
  const network = networkOf(genesis)
  const grants = members
    .slice(1)
    .flatMap(({ key, standing }) =>
      (standing === 'outsider' ? OPEN_FOLDERS : [ROOT_PATH]).map(
        (under): Verified<SignedGrant> =>
          signGrant({ network, subject: key.deviceId, role: 'write', under, fromEpoch: 1, depth: 0 }, ownerKey)
      )
    )
  const statements = [
    { kind: 'space', path: PRIVATE_SPACE } as const,
    ...grants.map((grant) => ({ kind: 'grant', grant }) as const)
  ]
  const entry = signPolicyEntry({ network, epoch: 1, prev: network, statements }, ownerKey)
  return { genesis, ownerKey, policy: [encodeSigned(entry)], fingerprintKey: random.bytes(KEY_BYTES), members }
}

/** The policy as everybody has it at first. */
export function policyOf({ genesis, policy }: Founding): PolicyState {
  const log = new PolicyLog(genesis, new SignatureVerifier())
  for (const entry of policy) log.addEntry(decodePolicyEntry(entry))
  return log.state
}

function newKey(random: SeededRandom): DeviceKey {
  return DeviceKey.fromSeed(random.bytes(KEY_BYTES))
}
