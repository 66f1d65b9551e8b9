import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a peer process is told to do. */
export type PeerOrder =
  | { readonly order: 'open'; readonly dir: string; readonly ticket: string }
  | { readonly order: 'hold'; readonly contexts: number }
  | { readonly order: 'write'; readonly prefix: string; readonly count: number; readonly body: string }
  | { readonly order: 'listen-raw'; readonly topic: string; readonly address: string }
  | { readonly order: 'watch' | 'close' | 'end' }

/** What it says: that something is done, or that it has seen something. */
export type PeerReport =
  | { readonly done: PeerOrder['order']; readonly at?: string }
  | { readonly seen: string; readonly at: string }
  | { readonly failed: string }

const program = fileURLToPath(new URL('cluster-peer-process.ts', import.meta.url))
const NS_PER_MS = 1_000_000

/** A process that plays the other machine. Ends with `end`. */
export class ClusterPeer {
  readonly #child: ChildProcess
  readonly #seen = new Map<string, bigint>()
  readonly #doing = new Map<PeerOrder['order'], PromiseWithResolvers<bigint | undefined>>()
  #seenMore = Promise.withResolvers<void>()

  constructor() {
    this.#child = fork(program, [], { execArgv: ['--conditions=hcfs-source'] })
    this.#child.on('message', (report: PeerReport) => this.#hear(report))
    this.#child.once('exit', (code) => this.#fail(new Error(`The peer has ended with ${code}`)))
  }

  /** Resolves with when it was done, where the peer says so. */
  tell(order: PeerOrder): Promise<bigint | undefined> {
    const doing = Promise.withResolvers<bigint | undefined>()
    this.#doing.set(order.order, doing)
    this.#child.send(order)
    return doing.promise
  }

  /** When it saw that. */
  async seen(name: string): Promise<bigint> {
    for (;;) {
      const at = this.#seen.get(name)
      if (at !== undefined) return at
      await this.#seenMore.promise
    }
  }

  async end(): Promise<void> {
    const exited = once(this.#child, 'exit')
    await this.tell({ order: 'end' })
    await exited
  }

  #hear(report: PeerReport): void {
    if ('failed' in report) this.#fail(new Error(`The peer failed: ${report.failed}`))
    else if ('done' in report) {
      this.#doing.get(report.done)?.resolve(report.at === undefined ? undefined : BigInt(report.at))
      this.#doing.delete(report.done)
    } else {
      this.#seen.set(report.seen, BigInt(report.at))
      this.#seenMore.resolve()
      this.#seenMore = Promise.withResolvers<void>()
    }
  }

  #fail(error: Error): void {
    for (const doing of this.#doing.values()) doing.reject(error)
    this.#doing.clear()
  }
}

export function msBetween(from: bigint, to: bigint): number {
  return Number(to - from) / NS_PER_MS
}
