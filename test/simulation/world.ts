import { HcfsError, SeededRandom } from '@hcfs/core'
import type { ReceivedBytes, ReceiveOutcome } from '@hcfs/node'
import { BrokenInvariant } from './broken-invariant.ts'
import type { Founding } from './founding.ts'
import { foundNetwork } from './founding.ts'
import { ParkedCommits } from './invariants/parked-commits.ts'
import type { Life } from './machine/machine.ts'
import { Machine } from './machine/machine.ts'
import type { Mutation } from './mutations.ts'
import type { Exchange, ExchangedNode } from './network/exchange.ts'
import { LogExchange } from './network/log-exchange.ts'
import type { Message } from './network/message.ts'
import { SimulatedNetwork } from './network/simulated-network.ts'
import type { Plan } from './plan.ts'
import { nodeName } from './plan.ts'
import { Tally } from './tally.ts'
import { Trace } from './trace.ts'
import { VirtualTime } from './virtual-time.ts'
import { Client } from './workload/client.ts'
import { Ledger } from './workload/ledger.ts'

/** What one life of a node has besides the node. */
interface Running {
  readonly life: Life
  readonly exchange: Exchange
}

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
  readonly network: SimulatedNetwork
  readonly client: Client
  readonly #mutation: Mutation
  readonly #running = new Map<number, Running>()
  #broken: unknown

  constructor(plan: Plan, mutation: Mutation) {
    const random = new SeededRandom(plan.seed)
    this.#mutation = mutation
    this.trace = new Trace(this.time)
    this.founding = foundNetwork(random.fork(), { memberCount: plan.nodes.length })
    this.network = new SimulatedNetwork(
      {
        time: this.time,
        random: random.fork(),
        trace: this.trace,
        tally: this.tally,
        names: plan.nodes.map((_, index) => nodeName(index)),
        deliver: (to, from, message) => this.#running.get(to)?.exchange.onMessage(from, message)
      },
      plan.network
    )
    const onBroken = (error: unknown): void => this.breakWith(error)
    this.client = new Client({ trace: this.trace, tally: this.tally, ledger: this.ledger, onBroken })
    this.machines = plan.nodes.map(
      (node, index) =>
        new Machine(
          {
            time: this.time,
            random: random.fork(),
            trace: this.trace,
            tally: this.tally,
            founding: this.founding,
            member: this.founding.members[index]!,
            mutation,
            onUp: (life) => this.#begin(index, life),
            onBroken
          },
          { ...node, name: nodeName(index) }
        )
    )
  }

  /** The first thing that went wrong stays. */
  breakWith(error: unknown): void {
    this.#broken ??= error
  }

  assertUnbroken(): void {
    if (this.#broken !== undefined) throw this.#broken
  }

  #begin(index: number, life: Life): void {
    const peers = this.machines.flatMap((_, peer) => (peer === index ? [] : [peer]))
    const exchange = new LogExchange(
      {
        node: this.#exchanged(life),
        clock: life.clock,
        random: life.random.fork(),
        peers,
        self: life.node.id,
        log: life.number,
        ended: life.ended,
        send: (to, message) => this.#send({ from: index, to, message, life }),
        onFailed: (error) => this.#assertTransient(error, life)
      },
      { forgetsDropped: this.#mutation.forgetsDropped === true }
    )
    const running = { life, exchange }
    this.#running.set(index, running)
    life.ended.addEventListener('abort', () => {
      if (this.#running.get(index) === running) this.#running.delete(index)
    })
    exchange.start()
  }

  #send({ from, to, message, life }: { from: number; to: number; message: Message; life: Life }): void {
    if (life.ended.aborted) return
    try {
      this.ledger.noteShown(message)
    } catch (error) {
      this.breakWith(error)
    }
    this.network.send(from, to, message)
  }

  #exchanged(life: Life): ExchangedNode {
    const { replica } = life.node
    const signal = this.#mutation.publishesEarly === true ? replica.stored : replica.changes
    return {
      get publishedPosition() {
        return signal.position
      },
      published: (beyond) => signal.waitBeyond(beyond, life.ended),
      commits: (range) => replica.log.handedOver(range),
      receive: (commits) => this.#receive(life, commits)
    }
  }

  async #receive(life: Life, commits: readonly ReceivedBytes[]): Promise<readonly ReceiveOutcome[]> {
    const outcomes = await life.node.replica.receive(commits)
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.outcome === 'parked') {
        this.tally.count('parked')
        this.parked.note(life, outcome.id, commits[index]!)
      }
      if (outcome.outcome === 'void' || outcome.outcome === 'refused') this.breakWith(refusedHonest(life, outcome))
    }
    return outcomes
  }

  #assertTransient(error: unknown, { machine }: Life): void {
    const isTransient = error instanceof HcfsError && /^(?:STOR|NODE_NOT_RUNNING)/.test(error.code)
    if (isTransient) this.trace.add(`${machine.name} exchange: ${error.code}`)
    else this.breakWith(error)
  }
}

function refusedHonest({ machine }: Life, outcome: Extract<ReceiveOutcome, { outcome: 'void' | 'refused' }>): Error {
  const why = outcome.outcome === 'void' ? JSON.stringify(outcome.verdict) : String(outcome.error)
  return new BrokenInvariant(
    'no-unexpected-failure',
    `${machine.name} finds an honest commit ${outcome.outcome}: ${why}`
  )
}
