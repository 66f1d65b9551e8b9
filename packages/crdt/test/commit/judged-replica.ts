import { hybridTime } from '@hcfs/core'
import type { Commit } from '../../src/commit/commit.ts'
import { describePayload } from '../../src/commit/payload.ts'
import type { ChainEnd, PolicyView } from '../../src/commit/policy-view.ts'
import { PAYLOAD } from './chain-writer.ts'
import { outcomeOf } from './judgment-oracle.ts'
import { MemoryReplica } from './memory-replica.ts'
import { chainKey, TestPolicy } from './test-policy.ts'

export const NOW = hybridTime(1_790_000_000_000_000)

/** A replica that has the payload of every commit that a `ChainWriter` writes, and received some of these. */
export function openReplica(policy: PolicyView = new TestPolicy(), ...commits: Commit[]): MemoryReplica {
  const replica = new MemoryReplica({ policy, nowHlc: NOW })
  replica.receivePayload(describePayload(PAYLOAD).payloadHash)
  for (const commit of commits) replica.receive(commit)
  return replica
}

/** What the last of some commits is, for a replica that received them in this order. */
export function outcomeAfter(...commits: Commit[]): string {
  return outcomeOf(openReplica(new TestPolicy(), ...commits).verdictOf(commits.at(-1)!.id))
}

/** A policy that settles the chains of some commits at these. */
export function settling(...commits: Commit[]): TestPolicy {
  return new TestPolicy({ settlements: new Map(commits.map((commit) => [chainKey(commit.header), endAt(commit)])) })
}

export function endAt({ id, header }: Commit): ChainEnd {
  return { seq: header.seq, id }
}
