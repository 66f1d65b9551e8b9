import { timingSafeEqual } from 'node:crypto'
import type { Clock, ContextPath, DeviceId, Random } from '@hcfs/core'
import { decodeCbor, deviceId, encodeCbor, HcfsError, idToBytes } from '@hcfs/core'
import type { DeviceKey, Genesis, Grant, Role, SignedGrant, Verified } from '@hcfs/crdt'
import { ArrayReader, encodeTicket, networkOf, ROLES, signGrant, TICKET_SECRET_BYTES } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import type { JoinAsk, Welcome } from './admission-messages.ts'
import { joinProof, ticketIdOf } from './admission-messages.ts'
import { POLICY_BYTES_MAX } from './admission-talk.ts'
import type { DeviceRights } from './device-rights.ts'
import { grantsInForce } from './device-rights.ts'
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
const TICKETS_MAX = 1_024
const USES_MAX = 10_000
const ASKS_PER_SECOND_MAX = 50
const SECOND_MS = 1_000

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
  #second = { startMs: 0, asks: 0 }

  constructor(components: TicketDeskComponents, identity: TicketDeskIdentity) {
    this.#components = components
    this.#identity = identity
  }

  /** Fails with `ADMIN_REQUIRED` where this device may let nobody in. */
  issue(terms: TicketTerms, addresses: readonly string[]): Promise<string> {
    return this.#queue.run(async () => {
      const { store, rights, random } = this.#components
      if (!Number.isSafeInteger(terms.uses) || terms.uses < 1 || terms.uses > USES_MAX) throw usesOutOfRange()
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
  async redeem(ask: JoinAsk, { joiner, binding }: { joiner: DeviceId; binding: Uint8Array }): Promise<Welcome> {
    this.#assertPace()
    const { genesis, key } = this.#identity
    if (ask.network !== networkOf(genesis)) throw refused('The ticket is of another network')
    if (ask.issuer !== key.deviceId) throw this.#issuerNeeded(ask.issuer)
    return this.#queue.run(() => this.#redeemNow(ask, { joiner, binding }))
  }

  async #redeemNow(
    { ticket, proof, ...ask }: JoinAsk,
    { joiner, binding }: { joiner: DeviceId; binding: Uint8Array }
  ): Promise<Welcome> {
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

  async #welcome(joiner: DeviceId): Promise<Welcome> {
    const { keeper } = this.#components
    const { genesis, fingerprintKey } = this.#identity
    const own = grantsInForce(keeper.state, joiner).flatMap(({ id }) => keeper.lineOf(id))
    const bytesMax = POLICY_BYTES_MAX - WELCOME_REST_BYTES
    const { entries, isLast } = await keeper.entriesAfter({ after: 0, bytesMax })
    // A joiner without the whole log could not tell who is a member.
    if (!isLast)
      throw refused(
        'The policy of the network is longer than an invitation can carry; update the issuing node to a newer version'
      )
    return {
      genesis,
      fingerprintKey,
      parts: [...new Map([...entries, ...own].map((each) => [Buffer.from(each).toString('hex'), each])).values()]
    }
  }

  #issuerNeeded(issuer: DeviceId): HcfsError {
    const addresses = this.#components.keeper.state.facts.members.get(issuer)?.addresses ?? []
    return new HcfsError(
      'TICKET_ISSUER_NEEDED',
      'Another node made this ticket and alone can redeem it; join when that node runs',
      { details: { issuer, addresses: addresses.join(' ') } }
    )
  }

  /** For all joiners together: device keys cost nothing, so a limit for each would limit nobody. */
  #assertPace(): void {
    const now = this.#components.clock.now()
    const isSame = now >= this.#second.startMs && now < this.#second.startMs + SECOND_MS
    this.#second = isSame ? { ...this.#second, asks: this.#second.asks + 1 } : { startMs: now, asks: 1 }
    if (this.#second.asks <= ASKS_PER_SECOND_MAX) return
    throw new HcfsError('JOIN_RATE_LIMITED', 'Too many devices try to join at once; try again in a few seconds')
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
    if (kept < TICKETS_MAX) return dropped
    throw new HcfsError('TICKETS_TOO_MANY', `${TICKETS_MAX} tickets are open; wait until some have expired`)
  }
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

function usesOutOfRange(): HcfsError {
  return new HcfsError('BAD_REQUEST', `A ticket has from 1 to ${USES_MAX} uses; correct \`uses\``)
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
