import type { ReceivedBytes } from '@hcfs/node'

/** What nodes of a simulation say to each other. */
export type Message =
  /** A hint: may be lost, and nothing depends on it. */
  | { readonly kind: 'gossip'; readonly commits: readonly ReceivedBytes[] }
  /** What do you have behind this position of your log? */
  | { readonly kind: 'ask'; readonly log: number; readonly after: number }
  | {
      readonly kind: 'answer'
      /** Positions of another log, or of the same log in another life, mean nothing. */
      readonly log: number
      readonly after: number
      readonly upTo: number
      readonly isWhole: boolean
      readonly commits: readonly ReceivedBytes[]
    }

export function describeMessage(message: Message): string {
  switch (message.kind) {
    case 'gossip':
      return `gossip of ${message.commits.length}`
    case 'ask':
      return `what is behind ${message.log}:${message.after}?`
    case 'answer':
      return `${message.commits.length} up to ${message.log}:${message.upTo}${message.isWhole ? '' : ', and there is more'}`
  }
}
