import type { DeviceId } from '@hcfs/core'
import { SeededRandom } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'
import type { ReceivedCommit, ReceiveOutcome } from '../../packages/node/src/replica/received-commit.ts'
import { Liar } from './adversary/liar.ts'
import { BrokenInvariant } from './broken-invariant.ts'
import { ParkedCommits } from './invariants/parked-commits.ts'
import { Machine } from './machine/machine.ts'
import type { NetworkWitness } from './machine/simulated-network-part.ts'
import type { Mutation } from './mutations.ts'
import { SimulatedWires } from './network/simulated-wires.ts'
import type { Founding } from './network-founding.ts'
import { foundNetwork, PRIVATE_SPACE, policyOf } from './network-founding.ts'
import type { Plan } from './plan.ts'
import { nodeName } from './plan.ts'
import { Tally } from './tally.ts'
import { Trace } from './trace.ts'
import { VirtualTime } from './virtual-time.ts'
import { Client } from './workload/client.ts'
import { Ledger } from './workload/ledger.ts'

/**
 * The composition root of a run: its time, its network and its machines, all
 * drawing from one seed, and what is remembered of them.
 */
export class World {
  readonly time = new VirtualTime()
  readonly trace: Trace
  readonly tally = new Tally()
  readonly ledger = new Ledger()
  readonly parked = new ParkedCommits()
  readonly founding: Founding
  readonly machines: readonly Machine[]
  readonly wires: SimulatedWires
  readonly client: Client
  readonly liar: Liar
  /** Of machines that the owner has shut out. */
  readonly revoked = new Set<DeviceId>()
  #broken: unknown

  constructor(plan: Plan, mutation: Mutation) {
    const random = new SeededRandom(plan.seed)
    this.trace = new Trace(this.time)
    const standings = plan.nodes.map(({ standing = 'insider' }) => standing)
    // The last one has no machine, and a mind of its own.
    this.founding = foundNetwork(random.fork(), [...standings, 'outsider'])
    const { time, trace, tally, ledger, founding } = this
    this.wires = new SimulatedWires({ time, random: random.fork(), tally }, plan.network)
    const onBroken = (error: unknown): void => this.breakWith(error)
    this.client = new Client({ trace, tally, ledger, onBroken })
    ledger.mayVoid = plan.steps.some((step) => step.do === 'revoke' || step.do === 'lie')
    const devices = founding.members.slice(0, -1).map(({ key }) => key.deviceId)
    const { key } = founding.members.at(-1)!
    this.liar = new Liar({ time, wires: this.wires, key, policy: policyOf(founding), victim: devices[0]! })
    this.machines = plan.nodes.map((node, index) => {
      const member = founding.members[index]!
      const neighbours = devices.filter((each) => each !== member.key.deviceId)
      const witness = (machine: Machine): NetworkWitness => this.#witnessOf(machine)
      const components = { time, trace, tally, founding, member, mutation, wires: this.wires, neighbours, witness }
      return new Machine({ ...components, random: random.fork(), onBroken }, { ...node, name: nodeName(index) })
    })
  }

  /** The first thing that went wrong stays. */
  breakWith(error: unknown): void {
    this.#broken ??= error
  }

  assertUnbroken(): void {
    if (this.#broken !== undefined) throw this.#broken
  }

  /** Those that belong to the network to the end. */
  get members(): readonly Machine[] {
    return this.machines.filter(({ device }) => !this.revoked.has(device))
  }

  machineOf(device: DeviceId): Machine | undefined {
    return this.machines.find((machine) => machine.device === device)
  }

  isOutsider(device: DeviceId): boolean {
    return this.founding.members.some(({ key, standing }) => key.deviceId === device && standing === 'outsider')
  }

  /** As the node that signs it knows it. */
  get policy(): PolicyState | undefined {
    return this.machines[0]?.life?.node.keeper.state
  }

  #witnessOf(machine: Machine): NetworkWitness {
    return {
      onShown: (commits) => this.#guarded(() => this.#noteShown(machine, commits)),
      onOutcomes: (commits, outcomes) => this.#noteOutcomes(machine, commits, outcomes),
      onBlamed: (device, what) => this.#noteBlamed(machine, device, what)
    }
  }

  #noteShown(machine: Machine, commits: readonly ReceivedCommit[]): void {
    if (this.isOutsider(machine.device) && commits.some(({ commit }) => commit.header.space === PRIVATE_SPACE)) {
      throw new BrokenInvariant('spaces-stay-inside', `${machine.name} was shown what it may not read`)
    }
    this.ledger.noteShown(
      commits.map(({ commit }) => commit),
      (author) => this.machineOf(author) !== undefined
    )
  }

  #noteOutcomes(machine: Machine, commits: readonly ReceivedCommit[], outcomes: readonly ReceiveOutcome[]): void {
    const { life } = machine
    if (life === undefined) return
    this.trace.add(`${machine.name} takes ${outcomes.map(({ outcome }) => outcome).join(' ')}`)
    for (const [index, outcome] of outcomes.entries()) {
      const received = commits[index]!
      if (outcome.outcome === 'parked') {
        this.tally.count('parked')
        this.parked.note(life, outcome.id, received)
      }
      if (outcome.outcome === 'void') this.tally.count('voided')
      if (this.machineOf(received.commit.header.author) === undefined) continue
      const isFoul = outcome.outcome === 'refused' || (outcome.outcome === 'void' && !this.ledger.mayVoid)
      if (isFoul) this.breakWith(refusedHonest(machine, outcome))
    }
  }

  /** Honest nodes have nothing to blame each other for. */
  #noteBlamed(machine: Machine, device: DeviceId, what: string): void {
    const blamed = this.machineOf(device)
    if (blamed === undefined || machine.life === undefined) return
    this.breakWith(new BrokenInvariant('no-unexpected-failure', `${machine.name} blames ${blamed.name} for ${what}`))
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.breakWith(error)
    }
  }
}

function refusedHonest(
  { name }: Machine,
  outcome: Extract<ReceiveOutcome, { outcome: 'void' | 'refused' }>
): BrokenInvariant {
  const why = outcome.outcome === 'void' ? JSON.stringify(outcome.verdict) : String(outcome.error)
  return new BrokenInvariant('no-unexpected-failure', `${name} finds an honest commit ${outcome.outcome}: ${why}`)
}
