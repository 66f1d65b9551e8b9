import type { SeededRandom } from '@hcfs/core'
import type { Tally } from '../tally.ts'
import type { Trace } from '../trace.ts'
import type { VirtualTime } from '../virtual-time.ts'
import type { Message } from './message.ts'
import { describeMessage } from './message.ts'

/** What the network does to messages, in percent of them. */
export interface NetworkFaults {
  readonly dropPercent: number
  readonly duplicatePercent: number
  /** Messages take up to so long; two of them may arrive in the other order. */
  readonly delayMsMax: number
  readonly spikePercent: number
  readonly spikeMsMax: number
}

export const CALM: NetworkFaults = {
  dropPercent: 0,
  duplicatePercent: 0,
  delayMsMax: 5,
  spikePercent: 0,
  spikeMsMax: 0
}

export interface SimulatedNetworkComponents {
  time: VirtualTime
  random: SeededRandom
  trace: Trace
  tally: Tally
  names: readonly string[]
  /** Hands a message to whoever runs there now. */
  deliver: (to: number, from: number, message: Message) => void
}

/** Carries messages between nodes, badly. */
export class SimulatedNetwork {
  readonly #components: SimulatedNetworkComponents
  #faults: NetworkFaults
  /** How many cuts are on a link, by sender and receiver: they may overlap. */
  readonly #cuts = new Map<string, number>()

  constructor(components: SimulatedNetworkComponents, faults: NetworkFaults) {
    this.#components = components
    this.#faults = faults
  }

  /** From now on nothing that one says reaches the other, until the cut is mended. */
  cut(from: number, to: number): void {
    this.#changeCuts(from, to, 1)
  }

  mend(from: number, to: number): void {
    this.#changeCuts(from, to, -1)
  }

  /** Nothing is lost any more. */
  heal(): void {
    this.#faults = CALM
    this.#cuts.clear()
  }

  send(from: number, to: number, message: Message): void {
    const { random, tally } = this.#components
    const isCut = (this.#cuts.get(linkOf(from, to)) ?? 0) > 0
    const isLost = isCut || this.#isOneOf(this.#faults.dropPercent)
    this.#note(from, to, `${describeMessage(message)}${isLost ? ' (lost)' : ''}`)
    if (isLost) {
      tally.count('dropped')
      return
    }
    const copies = this.#isOneOf(this.#faults.duplicatePercent) ? 2 : 1
    if (copies > 1) tally.count('duplicated')
    for (let copy = 0; copy < copies; copy += 1) this.#carry({ from, to, message, delayMs: this.#delayMs(random) })
  }

  #carry({ from, to, message, delayMs }: { from: number; to: number; message: Message; delayMs: number }): void {
    const { time, deliver } = this.#components
    time.after(delayMs, () => deliver(to, from, message))
  }

  #delayMs(random: SeededRandom): number {
    const { delayMsMax, spikePercent, spikeMsMax } = this.#faults
    if (!this.#isOneOf(spikePercent)) return 1 + random.below(delayMsMax)
    this.#components.tally.count('spikes')
    return 1 + random.below(spikeMsMax)
  }

  #isOneOf(percent: number): boolean {
    return this.#components.random.below(100) < percent
  }

  #changeCuts(from: number, to: number, by: number): void {
    const link = linkOf(from, to)
    this.#cuts.set(link, Math.max(0, (this.#cuts.get(link) ?? 0) + by))
  }

  #note(from: number, to: number, text: string): void {
    const { trace, names } = this.#components
    trace.add(`${names[from]} -> ${names[to]} | ${text}`)
  }
}

function linkOf(from: number, to: number): string {
  return `${from}>${to}`
}
