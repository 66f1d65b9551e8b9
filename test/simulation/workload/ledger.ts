import type { CommitId } from '@hcfs/core'
import type { Commit } from '@hcfs/crdt'
import { decodeCommit, documentIdOf } from '@hcfs/crdt'
import { BrokenInvariant } from '../broken-invariant.ts'
import type { Life, Machine } from '../machine/machine.ts'
import type { Message } from '../network/message.ts'

/** What a node promised to a client. */
export interface Acknowledged {
  readonly path: string
  readonly commit?: string
  readonly durable: 'disk' | 'buffered'
  /** Stands in the context from now on, once. */
  readonly word?: string
  readonly part?: 'body' | 'tags'
}

interface Promised extends Acknowledged {
  readonly life: Life
}

interface Claim {
  readonly commit: CommitId
  readonly clock: number
  readonly end: number
}

/**
 * Everything that was promised in a run: to clients by acknowledgements, and to
 * other nodes by being shown to them.
 *
 * 1. What was shown is never claimed a second time by another commit.
 * 2. An acknowledgement of `buffered` durability ends with a crash.
 */
export class Ledger {
  readonly #published = new Map<CommitId, Commit>()
  readonly #places = new Map<string, CommitId>()
  readonly #claims = new Map<string, Claim[]>()
  /** One message may go to many. */
  readonly #noted = new WeakSet<Message>()
  #promised: Promised[] = []

  get published(): ReadonlyMap<CommitId, Commit> {
    return this.#published
  }

  get acknowledged(): readonly Acknowledged[] {
    return this.#promised
  }

  acknowledge(life: Life, ack: Acknowledged): void {
    this.#promised.push({ ...ack, life })
  }

  noteCrash(machine: Machine): void {
    this.#promised = this.#promised.filter(({ life, durable }) => durable === 'disk' || life !== machine.life)
  }

  noteShown(message: Message): void {
    if (message.kind === 'ask' || this.#noted.has(message)) return
    this.#noted.add(message)
    for (const { commit: bytes } of message.commits) {
      const commit = decodeCommit(bytes)
      if (this.#published.has(commit.id)) continue
      this.#published.set(commit.id, commit)
      this.#claimPlace(commit)
      for (const entry of commit.entries) this.#claimClocks(commit, entry)
    }
  }

  #claimPlace({ id, header: { author, incarnation, seq } }: Commit): void {
    const place = `${author} ${incarnation} ${seq}`
    const other = this.#places.get(place)
    if (other !== undefined) {
      throw new BrokenInvariant(
        'no-clock-claimed-twice',
        `commits ${other} and ${id} are both number ${seq} of a chain`
      )
    }
    this.#places.set(place, id)
  }

  #claimClocks({ id, header }: Commit, { path, clients }: Commit['entries'][number]): void {
    for (const { session, clock, len } of clients) {
      // A first body is written under a client that follows from the body, so that equal ones are one.
      if (session === 'text') continue
      const client = `${header.author} ${header.incarnation} ${documentIdOf(header.space, path)} ${session}`
      const claims = this.#claims.get(client) ?? []
      const other = claims.find((claim) => clock < claim.end && claim.clock < clock + len)
      if (other !== undefined) {
        throw new BrokenInvariant(
          'no-clock-claimed-twice',
          `commits ${other.commit} and ${id} write one clock of ${path}`
        )
      }
      this.#claims.set(client, [...claims, { commit: id, clock, end: clock + len }])
    }
  }
}
