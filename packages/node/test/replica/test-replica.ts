import type { Clock, CommitId, GrantId } from '@hcfs/core'
import { bytesToHex, parsePath, resolveNodeLimits, SeededRandom, silentLogger } from '@hcfs/core'
import type { DeviceKey, PolicyState } from '@hcfs/crdt'
import { decodeRow } from '../../src/replica/context-row.ts'
import type { ReceivedCommit } from '../../src/replica/received-commit.ts'
import { Replica } from '../../src/replica/replica.ts'
import { CheckedStore } from '../../src/storage/checked-store.ts'
import { FaultyStore } from '../../src/storage/faulty-store.ts'
import { GroupCommit } from '../../src/storage/group-commit.ts'
import { keys } from '../../src/storage/keys.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'
import { StoreVerifier } from '../../src/verification/store-verifier.ts'
import { verifiedState } from '../../src/verified-state-over.ts'

export const FINGERPRINT_KEY: Uint8Array = new Uint8Array(32).fill(7)
const LIMITS = resolveNodeLimits({ checkpointEntriesMax: 3, documentsLiveMax: 2 })

export interface TestReplicaOptions {
  readonly key: DeviceKey
  readonly grant: GrantId
  readonly clock: Clock
  readonly policy: PolicyState
  readonly incarnation?: number
  readonly replicates?: (space: string) => boolean
  readonly grantFor?: (path: string) => GrantId | undefined
}

/** A replica over a store in memory, which is started anew over what it has stored. */
export class TestReplica {
  readonly #options: TestReplicaOptions
  readonly #disk = new MemoryStore()
  #faulty: FaultyStore
  #store: CheckedStore
  #policy: PolicyState
  #incarnation: number
  replica: Replica

  private constructor(options: TestReplicaOptions) {
    this.#options = options
    this.#faulty = this.#openDisk()
    this.#store = new CheckedStore(this.#faulty)
    this.#policy = options.policy
    this.#incarnation = options.incarnation ?? 1
    this.replica = this.#replica()
  }

  static async open(options: TestReplicaOptions): Promise<TestReplica> {
    const opened = new TestReplica(options)
    await opened.replica.start()
    return opened
  }

  get store(): CheckedStore {
    return this.#store
  }

  /** `prepare` is called before it starts. */
  async restart(prepare?: (replica: Replica) => unknown): Promise<void> {
    await this.replica.stop()
    this.replica = this.#replica()
    prepare?.(this.replica)
    await this.replica.start()
  }

  /** As after a crash between the policy and the log: the next start has to make it good. */
  async restartWith(policy: PolicyState): Promise<void> {
    this.#policy = policy
    await this.restart()
  }

  /** Runs work that is cut short when it writes for the n-th time, as by a power failure. It is started anew with that policy. */
  async crashAt(write: number, policy: PolicyState, work: (replica: Replica) => Promise<unknown>): Promise<void> {
    this.#faulty.failOperation('write', write)
    await work(this.replica).catch(() => {})
    await this.#faulty.crash()
    this.#faulty = this.#openDisk()
    this.#store = new CheckedStore(this.#faulty)
    this.#policy = policy
    this.replica = this.#replica()
    await this.replica.start()
  }

  get policy(): PolicyState {
    return this.#policy
  }

  #openDisk(): FaultyStore {
    return new FaultyStore({ store: this.#disk, random: new SeededRandom(1), clock: this.#options.clock })
  }

  async adopt(policy: PolicyState): Promise<void> {
    this.#policy = policy
    await this.replica.adoptPolicy(policy)
  }

  async write(at: string, text: string, kind: 'update' | 'delete' = 'update'): Promise<CommitId | undefined> {
    const path = parsePath(at)
    const written = await this.replica.write({
      paths: [path],
      decide: () => [
        kind === 'update'
          ? { kind, path, operations: [{ kind: 'body.insert', at: 0, text: `${text}\n` }] }
          : { kind, path, reason: 'removed' }
      ]
    })
    return written.commit?.id
  }

  holds(path: string): boolean {
    return this.replica.rows.shown(parsePath(path)) !== undefined
  }

  /** Everything in the log, in its order. */
  async commits(): Promise<ReceivedCommit[]> {
    const found: ReceivedCommit[] = []
    for await (const { signed, entries } of this.replica.commits({ after: 0 })) {
      found.push({
        commit: {
          ...signed,
          entries: entries.map(({ entry }) => entry),
          entryBytes: entries.map(({ entryBytes }) => entryBytes)
        },
        payloads: entries.map(({ payload }) => (payload.byteLength === 0 ? undefined : payload))
      })
    }
    return found
  }

  /** What replicas have to agree on: contexts, heads, sums, and why what is void. */
  async state(): Promise<unknown> {
    const rows: unknown[] = []
    for (const family of ['context', 'hidden', 'stray'] as const) {
      for await (const chunk of this.#store.scanText(keys.family(family))) {
        for (const [key, text] of chunk) {
          const { sinceCheckpoint: _, ...row } = decodeRow(text)
          rows.push([key, row])
        }
      }
    }
    const expiries: string[] = []
    for await (const chunk of this.#store.scanKeys(keys.family('expiry'))) expiries.push(...chunk)
    const { sum, count } = this.replica.fingerprint()
    return { rows, expiries, sum: bytesToHex(sum), count, verdicts: await this.verdicts() }
  }

  /** By commit: 'apply', 'void reason' or 'held reason' for each entry. */
  async verdicts(): Promise<Record<string, string>> {
    const found: [string, string][] = []
    for await (const { signed, entries } of this.replica.commits({ after: 0 })) {
      const outcomes = entries.map(({ voided }) =>
        voided === undefined ? 'apply' : `${voided.isFinal ? 'void' : 'held'} ${voided.reason}`
      )
      found.push([signed.id, outcomes.join(', ')])
    }
    return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  async problems(): Promise<readonly unknown[]> {
    const { clock } = this.#options
    const verifier = new StoreVerifier({
      store: this.#store,
      clock,
      stateOver: (reads) =>
        verifiedState(reads, FINGERPRINT_KEY, { spaceOf: (path) => this.#policy.spaceOf(path, this.#policy.epoch) }),
      whileQuiet: (work) => work()
    })
    return (await verifier.verify()).problems
  }

  #replica(): Replica {
    const { key, grant, clock, replicates, grantFor } = this.#options
    const store = this.#store
    return new Replica(
      {
        store,
        clock,
        log: silentLogger,
        policy: this.#policy,
        renewIncarnation: async (known) => {
          this.#incarnation = known + 1
          return this.#incarnation
        },
        groupCommit: (owner) =>
          new GroupCommit({ store, owner, clock, log: silentLogger }, { ...LIMITS, durability: 'disk' }),
        ...(grantFor && { grants: { grantFor } })
      },
      {
        signer: {
          network: this.#policy.network,
          key,
          writer: { author: key.deviceId, incarnation: this.#incarnation },
          grant
        },
        fingerprintKey: FINGERPRINT_KEY,
        limits: LIMITS,
        ...(replicates && { replicates })
      }
    )
  }
}
