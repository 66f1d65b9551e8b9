import { ROOT_PATH } from '@hcfs/core'
import type { ChainTip } from '@hcfs/crdt'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AckEffect, AckEvent } from '../../src/convergence/acknowledgements.ts'
import { Acknowledgements } from '../../src/convergence/acknowledgements.ts'
import type { ChainLog } from '../../src/convergence/chain-holding.ts'
import { holds, tipsByChain } from '../../src/convergence/chain-holding.ts'
import type { SignedFrontier } from '../../src/convergence/frontier-message.ts'
import { CALM } from '../../src/convergence/frontier-message.ts'
import { deviceNumber, NETWORK, tip, unsigned } from './frontier-samples.ts'

const NODES = [1, 2, 3, 4] as const
const START_MS = 1_700_000_000_000
const NO_LOG: ChainLog = {
  positionOf: () => undefined,
  header: () => {
    throw new Error('Chains that did not fork are not followed')
  }
}

interface Node {
  /** How much of each author's chain lies on this disk. */
  disk: Map<number, number>
  state: Acknowledgements
}

/** Nodes whose disks can be looked at, with messages that come late, twice, or never. */
class Model {
  readonly nodes = new Map<number, Node>()
  readonly messages: { from: number; to: number; frontier: SignedFrontier }[] = []
  #nowMs = START_MS

  constructor() {
    for (const number of NODES) this.nodes.set(number, { disk: new Map(), state: this.#newState(number) })
    for (const number of NODES) this.#connect(number)
  }

  node(number: number): Node {
    const node = this.nodes.get(number)
    if (node === undefined) throw new Error(`No node ${number}`)
    return node
  }

  perform([action, who, other]: readonly [string, number, number]): void {
    const number = NODES[who % NODES.length] ?? 1
    const node = this.node(number)
    this.#nowMs += 700
    if (action === 'write') node.disk.set(number, (node.disk.get(number) ?? 0) + 1)
    if (action === 'fetch') this.#fetch(node, this.node(NODES[other % NODES.length] ?? 1))
    if (action === 'tell')
      this.#step(number, { kind: 'durable', space: ROOT_PATH, tips: tipsOf(node.disk), standing: CALM })
    if (action === 'lose-disk') this.#loseDisk(number)
    const message = this.messages[(who * 31 + other) % Math.max(1, this.messages.length)]
    if (message !== undefined && action === 'deliver') {
      const { from, frontier } = message
      this.#step(message.to, { kind: 'received', from: deviceNumber(from), frontier })
    }
  }

  #fetch(node: Node, from: Node): void {
    for (const [author, seq] of from.disk) node.disk.set(author, Math.max(seq, node.disk.get(author) ?? 0))
  }

  /** And everything that was in memory. */
  #loseDisk(number: number): void {
    this.nodes.set(number, { disk: new Map(), state: this.#newState(number) })
    this.#connect(number)
  }

  #newState(number: number): Acknowledgements {
    const options = { network: NETWORK, self: deviceNumber(number), frontierPauseMs: 1_000, mayRead: () => true }
    return new Acknowledgements(options)
  }

  #connect(number: number): void {
    for (const other of NODES)
      if (other !== number) this.#step(number, { kind: 'connected', device: deviceNumber(other) })
  }

  #step(number: number, event: AckEvent): void {
    for (const effect of this.node(number).state.step(event, this.#nowMs)) this.#perform(number, effect)
  }

  #perform(number: number, effect: AckEffect): void {
    if (effect.kind === 'send') {
      const to = NODES.find((each) => deviceNumber(each) === effect.to)
      if (to !== undefined) this.messages.push({ from: number, to, frontier: effect.frontier })
    }
    if (effect.kind !== 'sign') return
    for (const { author, seq } of effect.frontier.tips) {
      const onDisk = tipsOf(this.node(number).disk).find((each) => each.author === author)
      expect(onDisk?.seq ?? 0).toBeGreaterThanOrEqual(seq)
    }
    this.#step(number, { kind: 'signed', frontier: unsigned(effect.frontier) })
  }
}

function tipsOf(disk: ReadonlyMap<number, number>): ChainTip[] {
  return [...disk].map(([author, seq]) => tip(author, seq))
}

function holdersOf(commit: ChainTip, node: Node, self: number): number[] {
  return NODES.filter((member) => {
    const theirs =
      member === self ? tipsByChain(tipsOf(node.disk)) : node.state.known(deviceNumber(member), ROOT_PATH)?.tips
    return theirs !== undefined && holds(theirs, commit, { log: NO_LOG, known: tipsByChain([commit]) })
  })
}

const step = (...actions: string[]) => fc.tuple(fc.constantFrom(...actions), fc.nat(40), fc.nat(40))

test('whatever the order, repetition or loss of messages, nobody is said to hold what was not on its disk', () => {
  const run = fc.array(step('write', 'fetch', 'tell', 'deliver', 'deliver', 'deliver'), { maxLength: 120 })
  fc.assert(
    fc.property(run, (actions) => {
      const model = new Model()
      for (const action of actions) model.perform(action)
      for (const [number, { state }] of model.nodes) {
        for (const { frontier } of state.table.all()) {
          const member = NODES.find((each) => deviceNumber(each) === frontier.member) ?? number
          const disk = tipsByChain(tipsOf(model.node(member).disk))
          for (const each of frontier.tips) expect(holds(disk, each, { log: NO_LOG, known: new Map() })).toBe(true)
        }
      }
    }),
    { numRuns: 150 }
  )
})

test('a write that k nodes acknowledged survives the loss of any k - 1 disks', () => {
  const run = fc.array(step('write', 'fetch', 'tell', 'tell', 'deliver', 'deliver', 'deliver'), {
    minLength: 20,
    maxLength: 160
  })
  fc.assert(
    fc.property(run, fc.constantFrom(...NODES), fc.nat(3), (actions, self, spared) => {
      const model = new Model()
      for (const action of actions) model.perform(action)
      const node = model.node(self)
      const written = node.disk.get(self) ?? 0
      if (written === 0) return
      const holders = holdersOf(tip(self, written), node, self)
      const survivor = holders[spared % holders.length] ?? self
      for (const number of holders) if (number !== survivor) model.perform(['lose-disk', number - 1, 0])
      expect(model.node(survivor).disk.get(self) ?? 0).toBeGreaterThanOrEqual(written)
    }),
    { numRuns: 150 }
  )
})

test('nodes that lost their disks do not claim again what they had, and are heard when they say so', () => {
  const run = fc.array(step('write', 'fetch', 'tell', 'deliver', 'deliver', 'lose-disk'), { maxLength: 120 })
  fc.assert(
    fc.property(run, (actions) => {
      const model = new Model()
      for (const action of actions) model.perform(action)
    }),
    { numRuns: 100 }
  )
})
