import type { GrantId, SeededRandom } from '@hcfs/core'
import { ROOT_PATH } from '@hcfs/core'
import type { Genesis, PolicyState } from '@hcfs/crdt'
import {
  DeviceKey,
  firstGrantOf,
  networkOf,
  PolicyLog,
  SignatureVerifier,
  signGrant,
  signPolicyEntry
} from '@hcfs/crdt'
import { START_MS } from './machine/machine-clock.ts'

/** A device that may write everywhere. */
export interface Member {
  readonly key: DeviceKey
  readonly grant: GrantId
}

/** A network of several devices, as its policy would make it. */
export interface Founding {
  readonly genesis: Genesis
  readonly policy: PolicyState
  readonly fingerprintKey: Uint8Array
  readonly members: readonly Member[]
}

const KEY_BYTES = 32
const NONCE_BYTES = 16

/** The first device founds the network; the owner grants the others the right to write. */
export function foundNetwork(random: SeededRandom, { memberCount }: { memberCount: number }): Founding {
  const owner = newKey(random)
  const keys = Array.from({ length: memberCount }, () => newKey(random))
  const genesis: Genesis = {
    ownerKey: owner.deviceId,
    recoveryKey: newKey(random).deviceId,
    firstDevice: keys[0]!.deviceId,
    nonce: random.bytes(NONCE_BYTES),
    createdAtMs: START_MS
  }
  const network = networkOf(genesis)
  const grants = keys
    .slice(1)
    .map(({ deviceId }) =>
      signGrant({ network, subject: deviceId, role: 'write', under: ROOT_PATH, fromEpoch: 1, depth: 0 }, owner)
    )
  const log = new PolicyLog(genesis, new SignatureVerifier())
  const statements = grants.map((grant) => ({ kind: 'grant', grant }) as const)
  if (statements.length > 0) {
    log.addEntry(signPolicyEntry({ network, epoch: 1, prev: log.state.facts.head, statements }, owner))
  }
  const given = [firstGrantOf(genesis), ...grants.map(({ id }) => id)]
  return {
    genesis,
    policy: log.state,
    fingerprintKey: random.bytes(KEY_BYTES),
    members: keys.map((key, index) => ({ key, grant: given[index]! }))
  }
}

function newKey(random: SeededRandom): DeviceKey {
  return DeviceKey.fromSeed(random.bytes(KEY_BYTES))
}
