import type { PayloadHash } from '@hcfs/core'
import type { CommitVerdict } from '../../src/commit/verdict.ts'
import { JudgmentOracle, outcomeOf } from './judgment-oracle.ts'
import type { World } from './judgment-world.ts'
import { NOW } from './judgment-world.ts'
import { MemoryReplica } from './memory-replica.ts'

/** One thing that reaches a replica. */
type Arrival = (replica: MemoryReplica) => void

/** What a replica makes of a history that reaches it in some order, pieces of it twice. By the notes of the commits. */
export function verdictsOf(world: World, order: Iterator<number>): Map<string, CommitVerdict> {
  const replica = new MemoryReplica({
    policy: world.firstPolicy,
    nowHlc: NOW,
    isPayloadValid: (hash) => !world.badPayloads.has(hash)
  })
  for (const arrival of shuffled(arrivalsOf(world), order)) arrival(replica)
  return new Map(delivered(world).map(({ id, header }) => [header.note!, replica.verdictOf(id)]))
}

export function outcomesOf(verdicts: ReadonlyMap<string, CommitVerdict>): [note: string, outcome: string][] {
  return [...verdicts].map(([note, verdict]) => [note, outcomeOf(verdict)])
}

/** What somebody makes of the same history who sees everything at once. */
export function expectedOutcomes(world: World): [note: string, outcome: string][] {
  const commits = delivered(world)
  const oracle = new JudgmentOracle({
    commits: new Map(commits.map((commit) => [commit.id, commit])),
    seen: world.commits.filter(({ id }) => world.exposed.has(id)),
    payloads: new Set(payloadsOf(world)),
    validPayload: (hash) => !world.badPayloads.has(hash),
    policy: world.lastPolicy,
    nowHlc: NOW
  })
  return commits.map(({ id, header }) => [header.note!, oracle.outcomeOf(id)])
}

function arrivalsOf(world: World): Arrival[] {
  const arrivals: Arrival[] = [(replica) => replica.learn(world.lastPolicy)]
  const commits = delivered(world)
  for (const commit of [...commits, ...commits.slice(0, 2)]) arrivals.push((replica) => replica.receive(commit))
  for (const hash of payloadsOf(world)) arrivals.push((replica) => replica.receivePayload(hash))
  for (const { id, header } of world.commits) {
    if (world.exposed.has(id)) arrivals.push((replica) => replica.see(header, id))
  }
  return arrivals
}

function delivered({ commits, lost }: World): World['commits'] {
  return commits.filter(({ id }) => !lost.has(id))
}

function payloadsOf(world: World): PayloadHash[] {
  const hashes = delivered(world).flatMap(({ entries }) => entries.flatMap(({ payloadHash }) => payloadHash ?? []))
  return hashes.filter((hash) => !world.lostPayloads.has(hash))
}

function shuffled<Item>(items: readonly Item[], order: Iterator<number>): Item[] {
  return items
    .map((item) => ({ item, rank: Number(order.next().value) }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ item }) => item)
}
