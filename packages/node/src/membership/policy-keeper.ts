import type { Clock, DeviceId, GrantId, Logger } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type {
  DeviceKey,
  Genesis,
  MemberStatement,
  PolicyAnswer,
  PolicyEntry,
  PolicyFork,
  PolicyRequest,
  PolicyState,
  SignatureVerifier,
  SignedGrant,
  SignedPart,
  Statement,
  Suspension,
  Verified
} from '@hcfs/crdt'
import {
  encodeSigned,
  isSelfDescription,
  isSuspended,
  isWithinReach,
  PolicyLog,
  signPolicyEntry,
  signPolicyRequest,
  signSuspension,
  verifyPolicyRequest,
  verifySuspension
} from '@hcfs/crdt'
import type { PolicyPartMark } from '../storage/keys.ts'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import { signTaking } from './innocent-delegates.ts'
import { isAnswered, PendingRequests } from './pending-requests.ts'
import type { PolicyPart } from './policy-parts.ts'
import { decodePolicyPart } from './policy-parts.ts'
import type { PolicySource } from './policy-source.ts'
import { SerialQueue } from './serial-queue.ts'

export interface PolicyKeeperComponents {
  readonly store: OrderedStore
  readonly verifier: SignatureVerifier
  readonly clock: Pick<Clock, 'now'>
  readonly log: Logger
}

/** Beyond it a peer's further ones are refused: they are operational, and few. */
const SUSPENSIONS_MAX = 1_024
const PARTS_PER_TAKE_MAX = 8_192

const MARKS: Readonly<Record<PolicyPart['kind'], PolicyPartMark>> = {
  entry: 'e',
  grant: 'g',
  suspension: 's',
  request: 'r'
}

/**
 * The policy of the network, kept in the store.
 *
 * 1. Nothing counts in `state` that is not on the disk.
 * 2. Changes happen one after another, each in one fsynced batch.
 * 3. What was read again at open went through the same checks as what a peer sends.
 */
export class PolicyKeeper implements PolicySource {
  readonly #components: PolicyKeeperComponents
  readonly #log: PolicyLog
  readonly #queue = new SerialQueue()
  readonly #listeners = new Set<(state: PolicyState) => void>()
  readonly #addedListeners = new Set<(parts: readonly Uint8Array[]) => void>()
  readonly #grants = new Map<GrantId, SignedGrant>()
  readonly #suspensions = new Map<string, Verified<Suspension>>()
  readonly #requests = new PendingRequests()
  #state: PolicyState
  /** What the log knows and a failed batch may not have stored. */
  #unstored: readonly StoreOperation[] = []
  /** A failed batch may have stored an entry that nobody saw: beside another of its epoch it would freeze the network. */
  #doubtful: readonly StoreOperation[] = []

  private constructor(components: PolicyKeeperComponents, genesis: Genesis) {
    this.#components = components
    this.#log = new PolicyLog(genesis, components.verifier)
    this.#state = this.#log.state
  }

  static async open(components: PolicyKeeperComponents, genesis: Genesis): Promise<PolicyKeeper> {
    const keeper = new PolicyKeeper(components, genesis)
    await keeper.#load()
    return keeper
  }

  get state(): PolicyState {
    return this.#state
  }

  get epoch(): number {
    return this.#state.epoch
  }

  get fork(): PolicyFork | undefined {
    return this.#log.fork
  }

  /** Suspensions that are known, whether or not they are in effect. */
  get suspensions(): readonly Verified<Suspension>[] {
    return [...this.#suspensions.values()]
  }

  onChanged(listener: (state: PolicyState) => void, { signal }: { signal?: AbortSignal } = {}): void {
    listen(this.#listeners, listener, signal)
  }

  /** What was not here before, for passing it on. */
  onAdded(listener: (parts: readonly Uint8Array[]) => void, { signal }: { signal?: AbortSignal } = {}): void {
    listen(this.#addedListeners, listener, signal)
  }

  async entriesAfter({ after, bytesMax }: { after: number; bytesMax: number }): Promise<PolicyAnswer> {
    const behind = this.#log.entries().filter(({ epoch }) => epoch > after)
    const taken: Uint8Array[] = []
    let bytes = 0
    let epoch = after
    for (const entry of behind) {
      const encoded = encodeSigned(entry)
      if (taken.length > 0 && bytes + encoded.length > bytesMax) return { entries: taken, epoch, isLast: false }
      taken.push(encoded)
      bytes += encoded.length
      epoch = entry.epoch
    }
    for (const encoded of taken.length === 0 ? [] : this.beside()) {
      if (bytes + encoded.length > bytesMax) break
      taken.push(encoded)
      bytes += encoded.length
    }
    return { entries: taken, epoch, isLast: true }
  }

  /** Delegated grants, parents first, and suspensions: what does not stand in the log. */
  beside(): readonly Uint8Array[] {
    return [...this.#grants.values(), ...this.#suspensions.values()].map(encodeSigned)
  }

  /** A grant with those it was delegated from, up to the one in the log, outermost first. */
  lineOf(grant: GrantId): readonly Uint8Array[] {
    const line: Uint8Array[] = []
    for (let each = this.#grants.get(grant); each !== undefined; each = this.#parentOf(each)) {
      line.unshift(encodeSigned(each))
    }
    return line
  }

  take(encoded: readonly Uint8Array[]): Promise<void> {
    if (encoded.length > PARTS_PER_TAKE_MAX) throw tooMany()
    return this.#queue.run(() => this.#takeNow(encoded.map(decodePolicyPart)))
  }

  /** Keeps what an administrator asks for until the owner's node has signed it. */
  async takeRequest(encoded: Uint8Array): Promise<void> {
    await this.take([encoded])
  }

  /** What the owner's node has still to decide. */
  pendingRequests(): readonly Uint8Array[] {
    return this.#requests.all().map(encodeSigned)
  }

  /** What members said of themselves and nobody has signed yet. */
  descriptions(): ReadonlyMap<DeviceId, MemberStatement> {
    return this.#requests.descriptions()
  }

  /** The same as they came, for passing them on. */
  describing(): readonly Uint8Array[] {
    return this.#requests.all().filter(isSelfDescription).map(encodeSigned)
  }

  /** With the owner's key. `beside` goes into the same batch. Fails as the policy refuses it, and nothing is changed then. */
  sign(
    statements: readonly Statement[] | ((state: PolicyState) => readonly Statement[]),
    key: DeviceKey,
    { beside = [] }: { beside?: readonly StoreOperation[] } = {}
  ): Promise<PolicyEntry> {
    return this.#queue.run(async () => {
      const { network, epoch, head } = this.#state.facts
      const said = typeof statements === 'function' ? statements(this.#state) : statements
      const entry = signPolicyEntry({ network, epoch: epoch + 1, prev: head, statements: said }, key)
      // Tried apart from the log, so that a refusal leaves no trace.
      this.#state.withEntry(entry)
      const place = { type: 'del', key: keys.policyPart('e', entry.id) } as const
      const doubtful = this.#doubtful.filter(({ key: each }) => each !== place.key)
      this.#doubtful = [...doubtful, place]
      await this.#store([...doubtful, putPart('entry', entry), ...beside])
      this.#doubtful = []
      this.#log.addEntry(entry)
      this.#dropAnswered()
      this.#changed([entry])
      return entry
    })
  }

  /** A delegated grant that was signed here, with what belongs into the same batch. */
  give(grant: Verified<SignedGrant>, beside: readonly StoreOperation[] = []): Promise<void> {
    return this.#queue.run(async () => {
      this.#state.withGrants(grant)
      await this.#store([putPart('grant', grant), ...beside])
      this.#addGrant(grant)
      this.#changed([grant])
    })
  }

  async suspend(device: DeviceId, { grant, key }: { grant: GrantId; key: DeviceKey }): Promise<Suspension> {
    const { network } = this.#state
    const issuedAtMs = this.#components.clock.now()
    const suspension = signSuspension({ network, grant, device, issuedAtMs }, key)
    if (!isSuspended(this.#state, suspension, issuedAtMs)) throw outOfReach()
    await this.take([encodeSigned(suspension)])
    return suspension
  }

  async request(
    statements: readonly Statement[],
    { grant, key }: { grant: GrantId; key: DeviceKey }
  ): Promise<PolicyRequest> {
    const request = signPolicyRequest({ network: this.#state.network, grant, statements }, key)
    if (!isWithinReach(this.#state, request)) throw outOfReach()
    await this.take([encodeSigned(request)])
    return request
  }

  /**
   * The owner's node signs what members asked for. One that the policy refuses now is dropped.
   * What a device says of itself waits while it may not be described; nothing is signed for who is suspended.
   */
  async signRequests(
    key: DeviceKey,
    { mayDescribe = () => true }: { mayDescribe?: (device: DeviceId) => boolean } = {}
  ): Promise<number> {
    let signed = 0
    for (const request of this.#requests.all()) {
      if (this.isSuspended(request.signer)) continue
      if (isSelfDescription(request) && !mayDescribe(request.signer)) continue
      if (await this.#signRequest(request, key)) signed += 1
    }
    return signed
  }

  /** Whether connections of a device are to be refused although it has grants. */
  isSuspended(device: DeviceId): boolean {
    const now = this.#components.clock.now()
    return this.suspensions.some((each) => each.device === device && isSuspended(this.#state, each, now))
  }

  async #signRequest(request: Verified<PolicyRequest>, key: DeviceKey): Promise<boolean> {
    const drop: StoreOperation = { type: 'del', key: keys.policyPart('r', request.id) }
    if (isWithinReach(this.#state, request) && !isAnswered(this.#state, request)) {
      try {
        await signTaking(this, request.statements, { key, beside: [drop] })
        this.#requests.answered(request.id)
        return true
      } catch (error) {
        if (!(error instanceof HcfsError) || !error.code.startsWith('POLICY_')) throw error
        this.#components.log.warn('policy-request-refused', { request: request.id, error })
      }
    }
    await this.#queue.run(() => this.#store([drop]))
    this.#requests.answered(request.id)
    return false
  }

  async #takeNow(parts: readonly PolicyPart[]): Promise<void> {
    const added: PolicyPart[] = []
    try {
      for (const part of parts) if (this.#add(part)) added.push(part)
    } finally {
      // What came before a bad part was checked by itself.
      if (added.length > 0) {
        this.#unstored = [...this.#unstored, ...added.map(({ kind, part }) => putPart(kind, part))]
        this.#dropAnswered()
        await this.#store([])
        this.#changed(added.map(({ part }) => part))
      }
    }
  }

  /** Whether it was not here. Fails for what nobody may send. */
  #add({ kind, part }: PolicyPart): boolean {
    const { verifier } = this.#components
    switch (kind) {
      case 'entry':
        return this.#log.addEntry(part) !== 'known'
      case 'grant':
        return this.#addGrant(part)
      case 'suspension': {
        if (this.#suspensions.has(part.id)) return false
        const suspension = verifySuspension(part, verifier)
        if (!isSuspended(this.#log.state, suspension, part.issuedAtMs)) return false
        if (this.#suspensions.size >= SUSPENSIONS_MAX) throw tooMany()
        this.#suspensions.set(part.id, suspension)
        return true
      }
      case 'request': {
        if (this.#requests.has(part.id)) return false
        return this.#requests.add(verifyPolicyRequest(part, verifier), this.#log.state)
      }
    }
  }

  /** More may have been stored than is kept in memory at once; it is fetched again when it is needed. */
  #addStored(part: PolicyPart): void {
    try {
      this.#add(part)
    } catch (error) {
      if (!(error instanceof HcfsError)) throw error
      this.#components.log.warn('policy-part-dropped', { part: part.part.id, error })
    }
  }

  #addGrant(grant: SignedGrant): boolean {
    if (this.#log.addGrant(grant) === 'known') return false
    this.#grants.set(grant.id, grant)
    return true
  }

  /** Requests that the log answers by now wait for nobody; they leave the disk with the next batch. */
  #dropAnswered(): void {
    this.#requests.moved(this.#state, this.#log.state)
    const dropped = this.#requests.takeDropped()
    const gone = dropped.map((id): StoreOperation => ({ type: 'del', key: keys.policyPart('r', id) }))
    this.#unstored = [...this.#unstored, ...gone]
  }

  #parentOf({ parent }: SignedGrant): SignedGrant | undefined {
    return parent === undefined ? undefined : this.#grants.get(parent)
  }

  async #store(operations: readonly StoreOperation[]): Promise<void> {
    await this.#components.store.batch([...this.#unstored, ...operations], { sync: true })
    this.#unstored = []
  }

  #changed(parts: readonly SignedPart[]): void {
    this.#state = this.#log.state
    for (const listener of [...this.#listeners]) listener(this.#state)
    const encoded = parts.map(encodeSigned)
    for (const listener of [...this.#addedListeners]) listener(encoded)
  }

  async #load(): Promise<void> {
    const stored: PolicyPart[] = []
    for await (const chunk of this.#components.store.scan(keys.family('policy'))) {
      for (const [, value] of chunk) stored.push(decodePolicyPart(value))
    }
    for (const part of loadOrder(stored)) this.#addStored(part)
    this.#state = this.#log.state
  }
}

/** By epoch, then grants, so that nothing has to wait and no limit of what waits is met. */
function loadOrder(parts: readonly PolicyPart[]): PolicyPart[] {
  const entries = parts
    .filter((each) => each.kind === 'entry')
    .sort((left, right) => left.part.epoch - right.part.epoch)
  const grants = parts.filter((each) => each.kind === 'grant').sort((left, right) => right.part.depth - left.part.depth)
  return [...entries, ...grants, ...parts.filter(({ kind }) => kind === 'suspension' || kind === 'request')]
}

function putPart(kind: PolicyPart['kind'], part: SignedPart): StoreOperation {
  return { type: 'put', key: keys.policyPart(MARKS[kind], part.id), value: encodeSigned(part) }
}

function listen<Value>(
  listeners: Set<(value: Value) => void>,
  listener: (value: Value) => void,
  signal?: AbortSignal
): void {
  if (signal?.aborted === true) return
  listeners.add(listener)
  signal?.addEventListener('abort', () => listeners.delete(listener), { once: true })
}

function tooMany(): HcfsError {
  return new HcfsError('POLICY_QUEUE_FULL', 'More parts of the policy came than are kept; send them again later')
}

function outOfReach(): HcfsError {
  return new HcfsError(
    'ADMIN_REQUIRED',
    'Only members that were let in below your own grant can be decided about; ask the owner'
  )
}
