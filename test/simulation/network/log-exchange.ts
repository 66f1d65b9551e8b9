import { decodeCommit } from '@hcfs/crdt'
import type { ReceivedBytes, ReceiveOutcome } from '@hcfs/node'
import type { Exchange, ExchangeComponents } from './exchange.ts'
import type { Message } from './message.ts'

/** How far the log of a peer has been taken over. */
interface Cursor {
  readonly log: number
  readonly position: number
}

export interface LogExchangeOptions {
  readonly roundPauseMsMin: number
  readonly roundPauseMsMax: number
  readonly answerCommitsMax: number
  /** For the mutation check: takes a commit that was dropped for one that has arrived. */
  readonly forgetsDropped: boolean
}

const DEFAULTS: LogExchangeOptions = {
  roundPauseMsMin: 10_000,
  roundPauseMsMax: 20_000,
  answerCommitsMax: 16,
  forgetsDropped: false
}

/**
 * The plainest exchange that ends with equal logs: a node gossips each commit of its own once,
 * and every some seconds each node asks one other for what stands in its log
 * behind the position that it has taken over.
 *
 * 1. A cursor moves only over commits that were taken in or are parked; what was
 *    dropped or failed is asked for again.
 * 2. Nothing is shown that is not on the disk.
 * 3. A message that is lost, late or doubled costs time and nothing else.
 */
export class LogExchange implements Exchange {
  readonly #components: ExchangeComponents
  readonly #options: LogExchangeOptions
  readonly #cursors = new Map<number, Cursor>()

  constructor(components: ExchangeComponents, options: Partial<LogExchangeOptions> = {}) {
    this.#components = components
    this.#options = { ...DEFAULTS, ...options }
  }

  start(): void {
    void this.#gossip()
    void this.#askAgainAndAgain()
  }

  onMessage(from: number, message: Message): void {
    void this.#guarded(async () => {
      if (message.kind === 'gossip') await this.#components.node.receive(message.commits)
      if (message.kind === 'ask') await this.#answer(from, message)
      if (message.kind === 'answer') await this.#take(from, message)
    })
  }

  async #gossip(): Promise<void> {
    const { node, peers, send, ended } = this.#components
    for (let told = node.publishedPosition; !ended.aborted; ) {
      const hasMore = await node.published(told).then(
        () => true,
        () => false
      )
      if (!hasMore) return
      const upTo = node.publishedPosition
      await this.#guarded(async () => {
        const commits = (await this.#commits(told, upTo)).filter((commit) => this.#isOwn(commit))
        if (commits.length === 0) return
        for (const peer of peers) send(peer, { kind: 'gossip', commits })
      })
      told = upTo
    }
  }

  async #askAgainAndAgain(): Promise<void> {
    const { clock, random, peers, ended } = this.#components
    const { roundPauseMsMin, roundPauseMsMax } = this.#options
    while (!ended.aborted) {
      await clock.wait(roundPauseMsMin + random.below(roundPauseMsMax - roundPauseMsMin))
      if (ended.aborted) return
      const peer = peers[random.below(peers.length)]
      if (peer !== undefined) this.#ask(peer)
    }
  }

  #ask(peer: number): void {
    const { log, position } = this.#cursors.get(peer) ?? { log: 0, position: 0 }
    this.#components.send(peer, { kind: 'ask', log, after: position })
  }

  async #answer(peer: number, ask: Extract<Message, { kind: 'ask' }>): Promise<void> {
    const { node, log, send } = this.#components
    const after = ask.log === log ? ask.after : 0
    const upTo = Math.min(after + this.#options.answerCommitsMax, node.publishedPosition)
    const commits = await this.#commits(after, upTo)
    send(peer, { kind: 'answer', log, after, upTo, isWhole: upTo >= node.publishedPosition, commits })
  }

  async #take(peer: number, answer: Extract<Message, { kind: 'answer' }>): Promise<void> {
    const outcomes = await this.#components.node.receive(answer.commits)
    if (!this.#options.forgetsDropped && outcomes.some(isDropped)) return
    const cursor = this.#cursors.get(peer)
    // A log of an older life that answers late, and a stretch with a gap before it, are of no use.
    if (cursor !== undefined && cursor.log > answer.log) return
    const reached = cursor?.log === answer.log ? cursor.position : 0
    if (answer.after > reached || answer.upTo <= reached) return
    this.#cursors.set(peer, { log: answer.log, position: answer.upTo })
    if (!answer.isWhole) this.#ask(peer)
  }

  async #commits(after: number, upTo: number): Promise<ReceivedBytes[]> {
    const commits: ReceivedBytes[] = []
    if (upTo <= after) return commits
    for await (const { commit, payloads } of this.#components.node.commits({ after, upTo })) {
      commits.push({ commit, payloads })
    }
    return commits
  }

  #isOwn({ commit }: ReceivedBytes): boolean {
    return decodeCommit(commit).header.author === this.#components.self
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!this.#components.ended.aborted) this.#components.onFailed(error)
    }
  }
}

function isDropped({ outcome }: ReceiveOutcome): boolean {
  return outcome === 'dropped'
}
