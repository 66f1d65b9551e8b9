import type { SyncedCommit } from '@hcfs/crdt'
import type { Gossip } from './gossip-codec.ts'
import { GOSSIP_ANNOUNCED_MAX, GOSSIP_BYTES_MAX, GOSSIP_COMMITS_MAX } from './gossip-codec.ts'
import { bytesOfCommit } from './read-commit.ts'

export interface GossipPlanOptions {
  /** Whether every member may read the space. */
  readonly isOpen: boolean
  /** A message is not made larger than this by adding another commit. */
  readonly collectBytesMax: number
}

/** Of a commit, what stands around its parts. Generous: an estimate that is too low is a message that nobody takes. */
const COMMIT_OVERHEAD_BYTES = 256
const ENTRY_OVERHEAD_BYTES = 16
const MESSAGE_OVERHEAD_BYTES = 4_096

/**
 * How commits of one space are told: whole while they fit, without their largest
 * payloads when they do not, and by name only when even that is too much.
 */
export function planGossip(commits: readonly SyncedCommit[], options: GossipPlanOptions): Gossip[] {
  const messages: Gossip[] = []
  let together: SyncedCommit[] = []
  let bytes = 0
  const flush = (): void => {
    if (together.length > 0) messages.push({ gossip: 'commits', commits: together })
    together = []
    bytes = 0
  }
  for (const each of commits) {
    const told = options.isOpen ? thatFits(each) : undefined
    if (told === undefined) {
      flush()
      announce(messages, each)
      continue
    }
    const size = sentBytes(told)
    if (bytes + size > options.collectBytesMax || together.length === GOSSIP_COMMITS_MAX) flush()
    together.push(told)
    bytes += size
  }
  flush()
  return messages
}

function announce(messages: Gossip[], commit: SyncedCommit): void {
  const announced = { id: commit.commit.id, bytes: bytesOfCommit(commit) }
  const last = messages.at(-1)
  if (last?.gossip === 'announced' && last.announced.length < GOSSIP_ANNOUNCED_MAX) {
    messages[messages.length - 1] = { gossip: 'announced', announced: [...last.announced, announced] }
  } else {
    messages.push({ gossip: 'announced', announced: [announced] })
  }
}

function thatFits(each: SyncedCommit): SyncedCommit | undefined {
  const payloads = [...each.payloads]
  const largestFirst = [...payloads.keys()].sort(
    (a, b) => (payloads[b]?.byteLength ?? 0) - (payloads[a]?.byteLength ?? 0)
  )
  let bytes = sentBytes(each)
  for (const index of largestFirst) {
    if (bytes <= GOSSIP_BYTES_MAX - MESSAGE_OVERHEAD_BYTES) break
    bytes -= payloads[index]?.byteLength ?? 0
    payloads[index] = undefined
  }
  return bytes <= GOSSIP_BYTES_MAX - MESSAGE_OVERHEAD_BYTES ? { ...each, payloads } : undefined
}

function sentBytes(each: SyncedCommit): number {
  return bytesOfCommit(each) + COMMIT_OVERHEAD_BYTES + ENTRY_OVERHEAD_BYTES * each.payloads.length
}
