import type { GrantId } from '@hcfs/core'
import { ManualClock, ROOT_PATH } from '@hcfs/core'
import type { Genesis, PolicyState, SignedGrant, Statement } from '@hcfs/crdt'
import {
  DeviceKey,
  firstGrantOf,
  networkOf,
  PolicyLog,
  SignatureVerifier,
  signGrant,
  signPolicyEntry
} from '@hcfs/crdt'
import { onTestFinished } from 'vitest'
import type { TestReplicaOptions } from './test-replica.ts'
import { TestReplica } from './test-replica.ts'

export const START_MS = 1_800_000_000_000

/** The policy of a network as it grows, and replicas in it that nothing connects. */
export class TestNetwork {
  readonly clock = new ManualClock(START_MS)
  readonly first = keyOf(3)
  readonly firstGrant: GrantId
  readonly #owner = keyOf(1)
  readonly #genesis: Genesis
  readonly #log: PolicyLog

  constructor() {
    this.#genesis = {
      ownerKey: this.#owner.deviceId,
      recoveryKey: keyOf(2).deviceId,
      firstDevice: this.first.deviceId,
      nonce: new Uint8Array(16),
      createdAtMs: START_MS
    }
    this.firstGrant = firstGrantOf(this.#genesis)
    this.#log = new PolicyLog(this.#genesis, new SignatureVerifier())
  }

  get policy(): PolicyState {
    return this.#log.state
  }

  /** The policy after these statements, in an epoch of their own. */
  enact(...statements: Statement[]): PolicyState {
    const { network, epoch, facts } = this.policy
    this.#log.addEntry(signPolicyEntry({ network, epoch: epoch + 1, prev: facts.head, statements }, this.#owner))
    return this.policy
  }

  /** A right to write everywhere. */
  grant(key: DeviceKey, fromEpoch = 1): SignedGrant {
    const given = { network: networkOf(this.#genesis), role: 'write', under: ROOT_PATH, depth: 0 } as const
    const signed = signGrant({ ...given, subject: key.deviceId, fromEpoch }, this.#owner)
    this.enact({ kind: 'grant', grant: signed })
    return signed
  }

  async open(options: Partial<TestReplicaOptions> = {}): Promise<TestReplica> {
    const { clock, policy, first, firstGrant } = this
    const opened = await TestReplica.open({ key: first, grant: firstGrant, clock, policy, ...options })
    onTestFinished(() => opened.replica.stop())
    return opened
  }
}

export function keyOf(seed: number): DeviceKey {
  return DeviceKey.fromSeed(new Uint8Array(32).fill(seed))
}

/** Hands over everything. */
export async function show(from: TestReplica, to: TestReplica): Promise<string[]> {
  return (await to.replica.receiveCommits(await from.commits())).map(({ outcome }) => outcome)
}
