import type { DeviceId, MemberRole } from '@hcfs/core'
import { ManualClock, ROOT_PATH, SeededRandom, settle, silentLogger } from '@hcfs/core'
import type { DeviceKey, Statement } from '@hcfs/crdt'
import { PolicyState, SignatureVerifier, signGrant, signPolicyEntry } from '@hcfs/crdt'
import { onTestFinished } from 'vitest'
import type { WatchedPolicy } from '../../src/convergence/ack-exchange.ts'
import { AckExchange } from '../../src/convergence/ack-exchange.ts'
import { commitFates } from '../../src/convergence/commit-fate.ts'
import { Convergence } from '../../src/convergence/convergence.ts'
import type { ReplicaStanding } from '../../src/convergence/frontier-message.ts'
import { CALM } from '../../src/convergence/frontier-message.ts'
import { MemoryNetwork } from '../../src/network/memory-network.ts'
import { MemoryTransport } from '../../src/network/memory-transport.ts'
import { ChangeSignal } from '../../src/replica/change-signal.ts'
import { sampleKey } from './frontier-samples.ts'
import { SampleCopy } from './sample-copy.ts'

export const PAUSE_MS = 3_000
export const START_MS = 1_700_000_000_000

export interface SampleNode {
  readonly name: string
  readonly device: DeviceId
  readonly key: DeviceKey
  readonly copy: SampleCopy
  readonly transport: MemoryTransport
  readonly exchange: AckExchange
  readonly convergence: Convergence
  readonly punished: string[]
  standing: ReplicaStanding
}

/** A policy that can be given further entries. */
export class SamplePolicy implements WatchedPolicy {
  state: PolicyState
  readonly #owner: DeviceKey
  readonly #listeners = new Set<(state: PolicyState) => void>()

  constructor(owner: DeviceKey, firstDevice: DeviceId) {
    this.#owner = owner
    this.state = PolicyState.found({
      ownerKey: owner.deviceId,
      recoveryKey: sampleKey().deviceId,
      firstDevice,
      nonce: new Uint8Array(16),
      createdAtMs: START_MS
    })
  }

  onChanged(listener: (state: PolicyState) => void): void {
    this.#listeners.add(listener)
  }

  grant(subject: DeviceId, role: MemberRole): void {
    const { network, epoch } = this.state
    const terms = { network, subject, role, under: ROOT_PATH, fromEpoch: epoch + 1, depth: 0 }
    this.sign({ kind: 'grant', grant: signGrant(terms, this.#owner) })
  }

  name(device: DeviceId, name: string, { isForgotten = false, replicates = [ROOT_PATH] } = {}): void {
    this.sign({ kind: 'member', device, name, addresses: [], replicates, isIndexing: true, isForgotten })
  }

  sign(...statements: readonly Statement[]): void {
    const { network, epoch, head } = this.state.facts
    this.state = this.state.withEntry(
      signPolicyEntry({ network, epoch: epoch + 1, prev: head, statements }, this.#owner)
    )
    for (const listener of this.#listeners) listener(this.state)
  }
}

/** Nodes that share a policy and are connected as the test says. Only their acknowledgements are real. */
export class SampleNetwork {
  readonly clock = new ManualClock(START_MS)
  readonly wires = new MemoryNetwork({ random: new SeededRandom(3) })
  readonly policy: SamplePolicy
  readonly nodes: readonly SampleNode[]

  constructor(names: readonly string[]) {
    const keys = names.map(() => sampleKey())
    this.policy = new SamplePolicy(sampleKey(), keys[0]!.deviceId)
    for (const key of keys.slice(1)) this.policy.grant(key.deviceId, 'write')
    this.nodes = names.map((name, index) => this.#node(name, keys[index]!))
    for (const { device, name } of this.nodes) this.policy.name(device, name)
  }

  async start(): Promise<void> {
    onTestFinished(() => this.stop())
    for (const { transport, exchange } of this.nodes) {
      await transport.start()
      await exchange.start()
    }
  }

  async stop(): Promise<void> {
    for (const { transport, exchange } of this.nodes) {
      await exchange.stop()
      await transport.stop()
    }
  }

  async connect(one: SampleNode, other: SampleNode): Promise<void> {
    await one.transport.dial(other.transport.addresses(), { signal: new AbortController().signal })
    await this.run(1_000)
  }

  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      await this.clock.advance(50)
      await settle()
    }
  }

  #node(name: string, key: DeviceKey): SampleNode {
    const device = key.deviceId
    const copy = new SampleCopy()
    const { clock, policy } = this
    const logger = silentLogger
    const admission = { admit: async () => true, isDenied: () => false }
    const transport = new MemoryTransport({ device, network: this.wires, admission, logger })
    const moved = new ChangeSignal(0)
    const punished: string[] = []
    const verifier = new SignatureVerifier()
    const spaces = () => [ROOT_PATH]
    const standing = (): ReplicaStanding => node.standing
    const penalise = (_peer: DeviceId, what: string): void => void punished.push(what)
    const exchange = new AckExchange(
      { transport, clock, log: logger, copy, policy, verifier, standing, moved, penalise },
      { key, spaces, frontierPauseMs: PAUSE_MS }
    )
    const links = () =>
      transport.peers().map((peer) => ({ ...peer, addresses: [peer.address], state: 'connected' as const }))
    const convergence = new Convergence(
      {
        exchange,
        moved,
        copy,
        policy,
        clock,
        standing,
        links,
        fates: commitFates(copy),
        addresses: () => transport.addresses(),
        ownerDevice: () => this.nodes[0]?.device,
        compare: async () => [{ member: device, space: ROOT_PATH, state: 'equal', exchanged: 0 }],
        nextRepairAtMs: () => undefined
      },
      { self: device, name, spaces, frontierPauseMs: PAUSE_MS }
    )
    const node = { name, device, key, copy, transport, exchange, convergence, punished, standing: CALM }
    return node
  }
}
