import type { CommitId, DeviceId } from '@hcfs/core'
import type { Commit } from '@hcfs/crdt'
import { documentIdOf } from '@hcfs/crdt'
import { BrokenInvariant } from '../broken-invariant.ts'
import type { Life, Machine } from '../machine/machine.ts'

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
  /** Who said so. */
  readonly author: DeviceId
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
  readonly #gone = new Set<DeviceId>()
  readonly #seen = new Set<CommitId>()
  readonly #places = new Map<string, CommitId>()
  readonly #claims = new Map<string, Claim[]>()
  /** On how many disks a commit lies, as was promised. */
  readonly #copies = new Map<string, number>()
  #promised: Promised[] = []
  /** A revocation, or an author that lies, may make void what others built upon. */
  mayVoid = false

  get published(): ReadonlyMap<CommitId, Commit> {
    return this.#published
  }

  get acknowledged(): readonly (Acknowledged & { readonly author: DeviceId })[] {
    return this.#promised
  }

  acknowledge(life: Life, ack: Acknowledged): void {
    this.#promised.push({ ...ack, life, author: life.machine.device })
  }

  noteCrash(machine: Machine): void {
    this.#promised = this.#promised.filter(({ life, durable }) => durable === 'disk' || life !== machine.life)
  }

  /** The member was shut out: what it promised on its own is nobody's any more. */
  noteRevoked(author: DeviceId): void {
    this.#gone.add(author)
  }

  isGone(author: DeviceId): boolean {
    return this.#gone.has(author)
  }

  noteCopies(commit: string, copies: number): void {
    this.#copies.set(commit, copies)
  }

  /** Of what lay on this disk only, nothing was promised any more. What another disk was promised for has to be there. */
  noteLostDisk(machine: Machine, isElsewhere: (commit: string) => boolean): void {
    const isKept = (commit: string): boolean => {
      if (isElsewhere(commit)) return true
      const copies = this.#copies.get(commit) ?? 1
      if (copies < 2) return false
      throw new BrokenInvariant(
        'copies-survive',
        `${commit} was promised on ${copies} disks and went with that of ${machine.name}`
      )
    }
    this.#promised = this.#promised.filter(({ commit }) => commit === undefined || isKept(commit))
    for (const id of [...this.#published.keys()]) if (!isKept(id)) this.#published.delete(id)
  }

  /** What others got to see, of an honest author. */
  noteShown(commits: readonly Commit[], isHonest: (author: DeviceId) => boolean): void {
    for (const commit of commits) {
      if (this.#seen.has(commit.id) || !isHonest(commit.header.author)) continue
      this.#seen.add(commit.id)
      this.#published.set(commit.id, commit)
      this.#claimPlace(commit)
      for (const entry of commit.entries) this.#claimClocks(commit, entry)
    }
  }

  #claimPlace({ id, header: { author, incarnation, space, seq } }: Commit): void {
    const place = `${author} ${incarnation} ${space} ${seq}`
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
