import type { DeviceId, SeededRandom } from '@hcfs/core'
import type { ReceivedBytes, ReceiveOutcome } from '@hcfs/node'
import type { ProcessClock } from '../machine/machine-clock.ts'
import type { Message } from './message.ts'

/** What an exchange needs of the node that it speaks for. */
export interface ExchangedNode {
  /** What may be shown to others: everything up to here is on the disk. */
  readonly publishedPosition: number
  /** Resolves once there is more; rejects at the end of the node. */
  published(beyond: number): Promise<void>
  commits(range: { after: number; upTo: number }): AsyncIterable<ReceivedBytes & { readonly position: number }>
  receive(commits: readonly ReceivedBytes[]): Promise<readonly ReceiveOutcome[]>
}

export interface ExchangeComponents {
  node: ExchangedNode
  clock: ProcessClock
  random: SeededRandom
  /** Numbers of the others. */
  peers: readonly number[]
  /** The device that the node writes as. */
  self: DeviceId
  /** Names this life of this log. */
  log: number
  send: (to: number, message: Message) => void
  /** Told of what failed and will be tried again. */
  onFailed: (error: unknown) => void
  ended: AbortSignal
}

/** How nodes come to hold what others hold. One for each life of a node. */
export interface Exchange {
  start(): void
  onMessage(from: number, message: Message): void
}
