import type { GrantId } from '@hcfs/core'
import { HcfsError, NODE_LIMITS } from '@hcfs/core'
import type { SignatureVerifier } from '../commit/signature-verifier.ts'
import { DelegatedGrants } from './delegated-grants.ts'
import { EntryTree } from './entry-tree.ts'
import type { Genesis } from './genesis.ts'
import type { SignedGrant } from './grant.ts'
import { verifyGrant } from './grant.ts'
import type { PolicyEntry } from './policy-entry.ts'
import { isRecovery, verifyPolicyEntry } from './policy-entry.ts'
import { otherNetwork } from './policy-errors.ts'
import type { PolicyFork } from './policy-fork.ts'
import { PolicyState } from './policy-state.ts'
import type { Verified } from './signed-part.ts'

export interface PolicyLogOptions {
  /**
   * How many entries, and how many grants, may wait for what comes before them.
   * Beyond it the latest are dropped, and fetched again.
   *
   * @default 1_024
   */
  readonly policyWaitingMax?: number
  /**
   * How many grants that were delegated from one are kept. More let a device admit
   * more others; each takes about half a kilobyte of memory on every member.
   *
   * @default 4_096
   */
  readonly grantDelegatesMax?: number
}

/** `waits`: something that comes before it is missing, and `missing()` names it. */
export type Added = 'added' | 'known' | 'waits'

/** A mistake makes two entries of one epoch; more are an attack on memory, and none of them counts. */
const SIBLINGS_KEPT_MAX = 8

/**
 * All policy that was received, and what it amounts to.
 *
 * 1. `state` depends on what was added, not on the order.
 * 2. Nothing counts whose signature was not checked here.
 * 3. Where the owner signed two entries of one epoch, `state` stays below both,
 *    and `fork` shows them, until an entry of the recovery key follows one of them.
 *
 * Stores nothing: the caller keeps what was added, and adds it again after a start.
 */
export class PolicyLog {
  readonly #founding: PolicyState
  readonly #verifier: SignatureVerifier
  readonly #waitingMax: number
  readonly #tree: EntryTree
  readonly #waiting = new Map<string, Verified<PolicyEntry>>()
  readonly #grants: DelegatedGrants
  #state: PolicyState

  constructor(
    genesis: Genesis,
    verifier: SignatureVerifier,
    {
      policyWaitingMax = NODE_LIMITS.policyWaitingMax.default,
      grantDelegatesMax = NODE_LIMITS.grantDelegatesMax.default
    }: PolicyLogOptions = {}
  ) {
    this.#founding = PolicyState.found(genesis)
    this.#state = this.#founding
    this.#tree = new EntryTree(this.#founding.facts)
    this.#grants = new DelegatedGrants({ policyWaitingMax, grantDelegatesMax })
    this.#verifier = verifier
    this.#waitingMax = policyWaitingMax
  }

  get state(): PolicyState {
    return this.#state
  }

  /** Where the log is frozen; `undefined` while it is not. */
  get fork(): PolicyFork | undefined {
    return this.#tree.fork
  }

  /** Fails with the code of the first rule that the entry, or a signature in it, breaks. Nothing is changed then. */
  addEntry(entry: PolicyEntry): Added {
    if (entry.network !== this.#founding.network) throw otherNetwork()
    if (this.#tree.has(entry.id) || this.#waiting.has(entry.id)) return 'known'
    if (!this.#tree.has(entry.prev)) return this.#park(verifyPolicyEntry(entry, this.#verifier))
    if (this.#tree.childrenOf(entry.prev).length >= SIBLINGS_KEPT_MAX && !this.#isAwaited(entry)) throw queueFull()
    this.#tree.add(verifyPolicyEntry(entry, this.#verifier))
    this.#addFollowers(entry.id)
    this.#refresh()
    return 'added'
  }

  /** A delegated grant. Those of the owner stand in entries. */
  addGrant(grant: SignedGrant): Added {
    if (grant.network !== this.#founding.network) throw otherNetwork()
    if (this.#grants.has(grant.id) || this.#state.grant(grant.id) !== undefined) return 'known'
    this.#grants.add(verifyGrant(grant, this.#verifier), this.#state)
    this.#state = this.#grants.attachTo(this.#state)
    return this.#state.grant(grant.id) === undefined ? 'waits' : 'added'
  }

  /** The entries and grants that others wait for. */
  missing(): { readonly entries: readonly string[]; readonly grants: readonly GrantId[] } {
    const before = [...this.#waiting.values()].map(({ prev }) => prev)
    const entries = new Set(before.filter((id) => !this.#waiting.has(id)))
    return { entries: [...entries], grants: this.#grants.missing() }
  }

  /** What the state is made of, from the first epoch on. */
  entries(): readonly PolicyEntry[] {
    return this.#tree.chain
  }

  /** Where the place is full, the later epoch goes: the earlier one is nearer to being used. */
  #park(entry: Verified<PolicyEntry>): Added {
    if (this.#waiting.size >= this.#waitingMax) {
      const latest = [...this.#waiting.values()].reduce((left, right) => (right.epoch > left.epoch ? right : left))
      if (entry.epoch >= latest.epoch) throw queueFull()
      this.#waiting.delete(latest.id)
    }
    this.#waiting.set(entry.id, entry)
    return 'waits'
  }

  #isAwaited(entry: PolicyEntry): boolean {
    return isRecovery(entry) || [...this.#waiting.values()].some(({ prev }) => prev === entry.id)
  }

  /** What waited for an entry is tried now; what its rules refuse is forgotten. */
  #addFollowers(id: string): void {
    const arrived = [id]
    for (let next = arrived.pop(); next !== undefined; next = arrived.pop()) {
      for (const entry of [...this.#waiting.values()].filter(({ prev }) => prev === next)) {
        this.#waiting.delete(entry.id)
        if (this.#tree.tryAdd(entry)) arrived.push(entry.id)
      }
    }
  }

  #refresh(): void {
    const { chain } = this.#tree
    const known = this.#state.epoch
    const isLonger = known === 0 || chain[known - 1]?.id === this.#state.facts.head
    const from = isLonger ? this.#state : this.#founding
    if (!isLonger) this.#grants.detachAll()
    const grown = chain.slice(from.epoch).reduce((state, entry) => state.withEntry(entry), from)
    this.#state = this.#grants.attachTo(grown)
  }
}

function queueFull(): HcfsError {
  return new HcfsError(
    'POLICY_QUEUE_FULL',
    'Too much of the policy waits for parts that are not here; fetch those first'
  )
}
