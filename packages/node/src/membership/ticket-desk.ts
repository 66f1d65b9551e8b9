import { timingSafeEqual } from 'node:crypto'
import type { Clock, ContextPath, DeviceId, NodeLimits, Random } from '@hcfs/core'
import { decodeCbor, deviceId, encodeCbor, HcfsError, idToBytes, resolveNodeLimits } from '@hcfs/core'
import type { DeviceKey, Genesis, Grant, Role, SignedGrant, Verified } from '@hcfs/crdt'
import { ArrayReader, encodeTicket, networkOf, ROLES, signGrant, TICKET_SECRET_BYTES } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import type { JoinAsk, Welcome } from './admission-messages.ts'
import { joinProof, ticketIdOf } from './admission-messages.ts'
import { POLICY_BYTES_MAX } from './admission-talk.ts'
import type { DeviceRights } from './device-rights.ts'
import { grantsInForce } from './device-rights.ts'
import { JoinPace } from './join-pace.ts'
import type { PolicyKeeper } from './policy-keeper.ts'
import { SerialQueue } from './serial-queue.ts'

export interface TicketDeskComponents {
  readonly store: OrderedStore
  readonly keeper: PolicyKeeper
  readonly rights: DeviceRights
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  /** The owner's key, where this node has it. */
  readonly ownerKey: () => Promise<DeviceKey | undefined>
}

export interface TicketDeskIdentity {
  readonly key: DeviceKey
  readonly genesis: Genesis
  readonly fingerprintKey: Uint8Array
}

export interface TicketTerms {
  readonly role: Role
  readonly under: ContextPath
  readonly expiresAtMs: number
  readonly uses: number
}

interface TicketRecord extends TicketTerms {
  readonly secret: Uint8Array
  readonly usedBy: readonly DeviceId[]
}

/** Room in a welcome for what is not policy. */
const WELCOME_REST_BYTES = 64 * 1_024
/** Of what members say of themselves and is not signed yet: enough of the network to find it without the issuer. */
const DESCRIPTIONS_IN_WELCOME_MAX = 64

export type TicketDeskLimits = Pick<
  NodeLimits,
  'ticketsOpenMax' | 'ticketUsesMax' | 'joinAsksPerSecondMax' | 'joinAsksPerDevicePerMinuteMax'
>

/** What `JoinAdmission` is told, in as many messages as it takes. */
export interface WelcomePages {
  readonly welcome: Welcome
  /** Further parts of the policy, up to what makes the joiner a member. */
  readonly more: readonly (readonly Uint8Array[])[]
}

/**
 * Makes tickets, and redeems those that it made.
 *
 * 1. A use is on the disk, in one fsynced batch with its grant, before the joiner hears of either.
 * 2. A device that asks again gets the same answer and takes no further use.
 * 3. Asks are answered one after another, so no two take the last use.
 */
export class TicketDesk {
  readonly #components: TicketDeskComponents
  readonly #identity: TicketDeskIdentity
  readonly #queue = new SerialQueue()
  readonly #limits: TicketDeskLimits
  readonly #pace: JoinPace

  constructor(
    components: TicketDeskComponents,
    identity: TicketDeskIdentity,
    limits: TicketDeskLimits = resolveNodeLimits()
  ) {
    this.#components = components
    this.#identity = identity
    this.#limits = limits
    this.#pace = new JoinPace(components.clock, limits)
  }

  /** Fails with `ADMIN_REQUIRED` where this device may let nobody in. */
  issue(terms: TicketTerms, addresses: readonly string[]): Promise<string> {
    return this.#queue.run(async () => {
      const { store, rights, random } = this.#components
      const { ticketUsesMax } = this.#limits
      if (!Number.isSafeInteger(terms.uses) || terms.uses < 1 || terms.uses > ticketUsesMax)
        throw usesOutOfRange(ticketUsesMax)
      rights.assertAdminGrantFor(terms.under, { mayHandOn: true })
      const { key, genesis } = this.#identity
      const secret = random.bytes(TICKET_SECRET_BYTES)
      const network = networkOf(genesis)
      const ticket = encodeTicket({ network, issuer: key.deviceId, addresses, secret })
      const dropped = await this.#dropExpired()
      const record = putRecord(ticketIdOf({ network, secret }), { ...terms, secret, usedBy: [] })
      await store.batch([...dropped, record], { sync: true })
      return ticket
    })
  }

  /** Fails with the reason for which the joiner is not let in. */
  async redeem(ask: JoinAsk, { joiner, binding }: { joiner: DeviceId; binding: Uint8Array }): Promise<WelcomePages> {
    this.#pace.take(joiner)
    const { genesis, key } = this.#identity
    if (ask.network !== networkOf(genesis)) throw refused('The ticket is of another network')
    if (ask.issuer !== key.deviceId) throw this.#issuerNeeded(ask.issuer)
    return this.#queue.run(() => this.#redeemNow(ask, { joiner, binding }))
  }

  async #redeemNow(
    { ticket, proof, ...ask }: JoinAsk,
    { joiner, binding }: { joiner: DeviceId; binding: Uint8Array }
  ): Promise<WelcomePages> {
    const { clock, keeper } = this.#components
    const record = this.#read(ticket)
    const expected = record && joinProof({ ...ask, secret: record.secret }, { joiner, binding })
    // Whether it is the name or the secret that is wrong is nobody's business.
    if (record === undefined || expected === undefined || !timingSafeEqual(expected, proof)) {
      throw refused('The node that made this ticket does not know it, or its secret is wrong. Ask for a new one')
    }
    const isKnown = record.usedBy.includes(joiner) && keeper.state.isMember(joiner)
    if (!isKnown) {
      if (clock.now() >= record.expiresAtMs)
        throw new HcfsError('TICKET_EXPIRED', 'The ticket has expired; ask for a new one')
      if (!record.usedBy.includes(joiner) && record.usedBy.length >= record.uses) throw usedUp(record.uses)
      await this.#letIn(joiner, ticket, record)
    }
    return this.#welcome(joiner)
  }

  async #letIn(joiner: DeviceId, ticket: string, record: TicketRecord): Promise<void> {
    const { keeper, rights, ownerKey } = this.#components
    const parent = rights.adminGrantFor(record.under, { mayHandOn: true })
    if (parent === undefined) {
      throw new HcfsError(
        'TICKET_ISSUER_REVOKED',
        'Who made this ticket may let nobody in any more; ask another administrator'
      )
    }
    const usedBy = [...new Set([...record.usedBy, joiner])]
    const use = putRecord(ticket, { ...record, usedBy })
    const owner = await ownerKey()
    const terms = { network: keeper.state.network, subject: joiner, role: record.role, under: record.under }
    const depth = record.role === 'admin' ? parent.depth - 1 : 0
    if (owner !== undefined && owner.deviceId === keeper.state.facts.owner) {
      const grant = signGrant({ ...terms, depth, fromEpoch: keeper.epoch + 1 }, owner)
      await keeper.sign([{ kind: 'grant', grant }], owner, { beside: [use] })
    } else {
      await keeper.give(this.#delegated({ ...terms, depth }, parent), [use])
    }
  }

  #delegated(
    terms: Pick<Grant, 'network' | 'subject' | 'role' | 'under' | 'depth'>,
    parent: Grant
  ): Verified<SignedGrant> {
    return signGrant({ ...terms, fromEpoch: this.#components.keeper.epoch, parent: parent.id }, this.#identity.key)
  }

  async #welcome(joiner: DeviceId): Promise<WelcomePages> {
    const { keeper } = this.#components
    const { genesis, fingerprintKey } = this.#identity
    const beside = [...keeper.describing().slice(-DESCRIPTIONS_IN_WELCOME_MAX), ...this.#grantsOf(joiner)]
    const bytesMax = POLICY_BYTES_MAX - WELCOME_REST_BYTES - lengthOf(beside)
    const epochNeeded = this.#epochOfRight(joiner)
    const pages: Uint8Array[][] = []
    for (let after = 0, isLast = false; !isLast && (pages.length === 0 || after < epochNeeded); ) {
      const answer = await keeper.entriesAfter({ after, bytesMax })
      pages.push([...answer.entries])
      after = answer.epoch
      isLast = answer.isLast
    }
    // Last, because with them the joiner knows that it is a member and asks no further.
    const last = pages.at(-1)!
    const known = new Set(last.map((each) => Buffer.from(each).toString('hex')))
    last.push(...beside.filter((each) => !known.has(Buffer.from(each).toString('hex'))))
    const [parts = [], ...more] = pages
    return { welcome: { genesis, fingerprintKey, parts }, more }
  }

  #grantsOf(joiner: DeviceId): Uint8Array[] {
    const { keeper } = this.#components
    const lines = grantsInForce(keeper.state, joiner).flatMap(({ id }) => keeper.lineOf(id))
    return [...new Map(lines.map((each) => [Buffer.from(each).toString('hex'), each])).values()]
  }

  /** From which epoch on the policy says that the joiner is a member. */
  #epochOfRight(joiner: DeviceId): number {
    const { state } = this.#components.keeper
    const since = (grant: Grant | undefined): number =>
      grant === undefined ? 0 : Math.max(grant.fromEpoch, since(grant.parent && state.grant(grant.parent)))
    return Math.min(...grantsInForce(state, joiner).map(since))
  }

  #issuerNeeded(issuer: DeviceId): HcfsError {
    const addresses = this.#components.keeper.state.facts.members.get(issuer)?.addresses ?? []
    return new HcfsError(
      'TICKET_ISSUER_NEEDED',
      'Another node made this ticket and alone can redeem it; join when that node runs',
      { details: { issuer, addresses: addresses.join(' ') } }
    )
  }

  #read(ticket: string): TicketRecord | undefined {
    const stored = this.#components.store.getSync(keys.invitation(ticket))
    return stored === undefined ? undefined : readRecord(stored)
  }

  async #dropExpired(): Promise<StoreOperation[]> {
    const { store, clock } = this.#components
    const dropped: StoreOperation[] = []
    let kept = 0
    for await (const chunk of store.scan(keys.family('invitation'))) {
      for (const [key, value] of chunk) {
        if (readRecord(value).expiresAtMs <= clock.now()) dropped.push({ type: 'del', key })
        else kept += 1
      }
    }
    const { ticketsOpenMax } = this.#limits
    if (kept < ticketsOpenMax) return dropped
    throw new HcfsError('TICKETS_TOO_MANY', `${ticketsOpenMax} tickets are open; wait until some have expired`)
  }
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length + 8, 0)
}

function putRecord(ticket: string, record: TicketRecord): StoreOperation {
  const { secret, role, under, expiresAtMs, uses, usedBy } = record
  const value = encodeCbor([secret, ROLES.indexOf(role), under, expiresAtMs, uses, usedBy.map(idToBytes)])
  return { type: 'put', key: keys.invitation(ticket), value }
}

function readRecord(stored: Uint8Array): TicketRecord {
  const reader = new ArrayReader(decodeCbor(stored), 'invitation', 6)
  const secret = reader.bytes('secret', TICKET_SECRET_BYTES)
  const role = ROLES[reader.wholeNumber('role')]
  if (role === undefined) throw ticketDamaged()
  const under = reader.path('under')
  const expiresAtMs = reader.wholeNumber('expiresAtMs')
  const uses = reader.wholeNumber('uses')
  return { secret, role, under, expiresAtMs, uses, usedBy: reader.byteStrings('usedBy').map((each) => deviceId(each)) }
}

function ticketDamaged(): HcfsError {
  return new HcfsError('STORAGE_CORRUPT', 'The record of a ticket is damaged; make a new ticket')
}

function usesOutOfRange(usesMax: number): HcfsError {
  return new HcfsError('BAD_REQUEST', `A ticket has from 1 to ${usesMax} uses; correct \`uses\``)
}

function refused(problem: string): HcfsError {
  return new HcfsError('TICKET_REFUSED', problem)
}

function usedUp(uses: number): HcfsError {
  return new HcfsError(
    'TICKET_USED_UP',
    `The ticket was for ${uses} devices, and as many have joined; ask for a new one`
  )
}
