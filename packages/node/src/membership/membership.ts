import type {
  CallOptions,
  Clock,
  ContextPath,
  DeviceId,
  Invitation,
  InviteRequest,
  MemberRole,
  MemberStatus,
  NetworkApi,
  PolicyOutcome,
  RevocationPreview,
  RevokeRequest
} from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError, parsePath } from '@hcfs/core'
import type { DeviceKey, Grant, GrantedEntries, MemberStatement, PolicyState, Statement } from '@hcfs/crdt'
import { cutsAtNewest, previewTaking, suspendingGrantOf } from '@hcfs/crdt'
import type { DeviceRights } from './device-rights.ts'
import { grantsInForce, subjectsOf, widestGrantOf } from './device-rights.ts'
import { innocentDelegates, signTaking } from './innocent-delegates.ts'
import { isRevoked } from './member-admission.ts'
import { findMember, memberName } from './member-names.ts'
import type { OwnerKeys } from './owner-keys.ts'
import type { PolicyKeeper } from './policy-keeper.ts'
import type { TicketDesk } from './ticket-desk.ts'

/** What membership asks of the replica. */
export interface MembershipReplica {
  /** Counts what stands under grants, for the cuts and the preview of a revocation. */
  grantedEntries(): Promise<GrantedEntries>
  /** Whether no context stands at or below a path. */
  isEmpty(path: ContextPath): Promise<boolean>
}

export interface MembershipComponents {
  readonly keeper: PolicyKeeper
  readonly rights: DeviceRights
  readonly desk: TicketDesk
  readonly owner: OwnerKeys
  readonly replica: MembershipReplica
  readonly clock: Pick<Clock, 'now'>
  /** Where others may reach this node. */
  readonly addresses: () => Promise<readonly string[]>
}

export type MembershipApi = Pick<
  NetworkApi,
  | 'members'
  | 'invite'
  | 'revoke'
  | 'suspend'
  | 'leave'
  | 'forget'
  | 'addSpace'
  | 'ownerBackup'
  | 'ownerTransfer'
  | 'ownerRecover'
>

const DAY_MS = 24 * 60 * 60 * 1_000
const TICKET_DAYS = 7

/** Who may do what in the network, and how that is changed from this node. */
export class Membership implements MembershipApi {
  readonly #components: MembershipComponents
  readonly #key: DeviceKey

  constructor(components: MembershipComponents, key: DeviceKey) {
    this.#components = components
    this.#key = key
  }

  async members({ signal }: CallOptions = {}): Promise<readonly MemberStatus[]> {
    signal?.throwIfAborted()
    const { state } = this.#components.keeper
    return subjectsOf(state).map((device) => this.#statusOf(state, device))
  }

  async invite({ role, under = '/', uses = 1, expiresInMs, signal }: InviteRequest): Promise<Invitation> {
    signal?.throwIfAborted()
    const { desk, clock, keeper } = this.#components
    const path = parsePath(under)
    const validMs = expiresInMs ?? TICKET_DAYS * DAY_MS
    if (!Number.isSafeInteger(validMs) || validMs < 1) throw expiryInvalid()
    const expiresAtMs = clock.now() + validMs
    const addresses = (await this.#components.addresses()).slice(0, 16)
    const ticket = await desk.issue({ role, under: path, expiresAtMs, uses }, addresses)
    const expiresAt = new Date(expiresAtMs).toISOString()
    const note = noteOn(keeper.state, role, path)
    return { ticket, role, under: path, expiresAt, uses, addresses, ...(note !== undefined && { note }) }
  }

  async revoke(
    member: string,
    { dryRun = false, signal }: RevokeRequest = {}
  ): Promise<RevocationPreview & { readonly outcome?: PolicyOutcome }> {
    const { keeper, replica } = this.#components
    const device = findMember(keeper.state, member)
    const held = await replica.grantedEntries()
    signal?.throwIfAborted()
    const taken = grantsInForce(keeper.state, device)
    const statements = taken.map(({ id }): Statement => {
      return { kind: 'revoke', grant: id, cuts: cutsAtNewest(keeper.state, id, held) }
    })
    const ids = taken.map(({ id }) => id)
    const preview = {
      ...this.#preview(taken, device, held),
      reissued: [...new Set(innocentDelegates(keeper.state, ids).map(({ subject }) => subject))]
    }
    if (dryRun) return preview
    if (taken.length === 0) throw unknownRight(device)
    return { ...preview, outcome: await this.#decide(statements, device) }
  }

  async suspend(member: string, { signal }: CallOptions = {}): Promise<PolicyOutcome> {
    signal?.throwIfAborted()
    const { keeper } = this.#components
    const device = findMember(keeper.state, member)
    const grant = suspendingGrantOf(keeper.state, { signer: this.#key.deviceId, device })
    if (grant === undefined) throw notBelow(device)
    const { issuedAtMs } = await keeper.suspend(device, { grant, key: this.#key })
    return { state: 'suspended', untilMs: issuedAtMs + FORMAT_LIMITS.suspensionMsMax }
  }

  /** Ends the own grants: at once where the owner's key is, elsewhere when the owner's node hears of it. What was written stays. */
  async leave({ signal }: CallOptions = {}): Promise<PolicyOutcome> {
    const { keeper, replica } = this.#components
    const held = await replica.grantedEntries()
    signal?.throwIfAborted()
    const own = grantsInForce(keeper.state, this.#key.deviceId)
    const [first] = own
    if (first === undefined) throw unknownRight(this.#key.deviceId)
    const statements = own.map(({ id }): Statement => {
      return { kind: 'end', grant: id, cuts: cutsAtNewest(keeper.state, id, held) }
    })
    const owner = await this.#components.owner.key()
    return owner === undefined ? this.#request(statements, first) : this.#taking(statements, owner)
  }

  async forget(member: string, { signal }: CallOptions = {}): Promise<PolicyOutcome> {
    signal?.throwIfAborted()
    const { state } = this.#components.keeper
    const device = findMember(state, member)
    const known = state.facts.members.get(device)
    const said: MemberStatement = known ?? {
      kind: 'member',
      device,
      name: memberName(state, device),
      addresses: [],
      isIndexing: false,
      isForgotten: true
    }
    return this.#decide([{ ...said, isForgotten: true }], device)
  }

  async addSpace(path: string, { signal }: CallOptions = {}): Promise<PolicyOutcome> {
    const space = parsePath(path)
    if (!(await this.#components.replica.isEmpty(space))) throw notEmpty(space)
    signal?.throwIfAborted()
    const owner = await this.#components.owner.key()
    const statements: Statement[] = [{ kind: 'space', path: space }]
    if (owner !== undefined) return this.#signed(statements, owner)
    return this.#request(statements, this.#components.rights.assertAdminGrantFor(space))
  }

  async ownerBackup(
    file: string,
    { passphrase, signal }: CallOptions & { readonly passphrase: string }
  ): Promise<void> {
    signal?.throwIfAborted()
    await this.#components.owner.backup(file, passphrase)
  }

  /** The member's device key becomes the owner's. */
  async ownerTransfer(member: string, { signal }: CallOptions = {}): Promise<PolicyOutcome> {
    signal?.throwIfAborted()
    const owner = await this.#components.owner.key()
    if (owner === undefined) throw ownerNeeded('hand the network over')
    const device = findMember(this.#components.keeper.state, member)
    return this.#signed([{ kind: 'transfer', owner: device }], owner)
  }

  async ownerRecover(
    file: string,
    { passphrase, signal }: CallOptions & { readonly passphrase: string }
  ): Promise<PolicyOutcome> {
    signal?.throwIfAborted()
    const { owner, keeper } = this.#components
    const found = await owner.unseal(file, passphrase)
    const recovery = found.find(({ deviceId }) => deviceId === keeper.state.facts.recovery)
    if (recovery === undefined) throw notRecovery()
    return this.#signed([{ kind: 'recover', owner: this.#key.deviceId }], recovery)
  }

  #statusOf(state: PolicyState, device: DeviceId): MemberStatus {
    const { keeper } = this.#components
    const widest = widestGrantOf(state, device) ?? state.grantsOf(device)[0]!
    const { parent } = widest
    const inviter = parent === undefined ? undefined : state.grant(parent)?.subject
    return {
      device,
      name: memberName(state, device),
      role: widest.role,
      under: widest.under,
      isSelf: device === this.#key.deviceId,
      isOwner: this.#components.owner.isHeldBy(device),
      state: stateOf(state, device, keeper.isSuspended(device)),
      ...(inviter !== undefined && { invitedBy: inviter })
    }
  }

  #preview(taken: readonly Grant[], device: DeviceId, held: GrantedEntries): Omit<RevocationPreview, 'reissued'> {
    const { state } = this.#components.keeper
    let fallingEntries = 0
    let fallingEntriesOfOthers = 0
    for (const { id } of taken) {
      const cuts = cutsAtNewest(state, id, held)
      for (const { author, entries } of previewTaking(state, { grant: id, cuts }, held).losses) {
        if (author === device) fallingEntries += entries
        else fallingEntriesOfOthers += entries
      }
    }
    const grants = taken.map(({ role, under }) => ({ role, under }))
    return { member: device, name: memberName(state, device), grants, fallingEntries, fallingEntriesOfOthers }
  }

  async #decide(statements: readonly Statement[], device: DeviceId): Promise<PolicyOutcome> {
    const owner = await this.#components.owner.key()
    if (owner === undefined) return this.#request(statements, this.#adminGrantAbove(device))
    return this.#taking(statements, owner)
  }

  /** Who would only fall with others keeps its rights. */
  async #taking(statements: readonly Statement[], key: DeviceKey): Promise<PolicyOutcome> {
    const { epoch } = await signTaking(this.#components.keeper, statements, { key })
    return { state: 'signed', epoch }
  }

  async #signed(statements: readonly Statement[], key: DeviceKey): Promise<PolicyOutcome> {
    const { epoch } = await this.#components.keeper.sign(statements, key)
    return { state: 'signed', epoch }
  }

  async #request(statements: readonly Statement[], grant: Grant): Promise<PolicyOutcome> {
    await this.#components.keeper.request(statements, { grant: grant.id, key: this.#key })
    return { state: 'requested' }
  }

  /** The own grant from which everything that the device has was handed on. */
  #adminGrantAbove(device: DeviceId): Grant {
    const { state } = this.#components.keeper
    const theirs = grantsInForce(state, device)
    const above = grantsInForce(state, this.#key.deviceId).find(({ id, role }) => {
      const below = new Set(state.withDescendants(id).filter((each) => each !== id))
      return role === 'admin' && theirs.length > 0 && theirs.every((each) => below.has(each.id))
    })
    if (above !== undefined) return above
    throw notBelow(device)
  }
}

function notBelow(device: DeviceId): HcfsError {
  return new HcfsError('ADMIN_REQUIRED', 'This member was not let in by this device; the owner has to decide', {
    details: { device }
  })
}

function stateOf(state: PolicyState, device: DeviceId, isSuspended: boolean): MemberStatus['state'] {
  if (state.facts.members.get(device)?.isForgotten === true) return 'forgotten'
  if (state.isMember(device)) return isSuspended ? 'suspended' : 'member'
  return isRevoked(state, device) ? 'revoked' : 'left'
}

function noteOn(state: PolicyState, role: MemberRole, under: ContextPath): string | undefined {
  const space = state.spaceOf(under, state.epoch)
  if (space === under) return undefined
  return role === 'read'
    ? `Reading is given for whole spaces: ${under} is none, so this ticket gives no right to read yet`
    : `Whoever may write below ${under} may read all of the space ${space}`
}

function ownerNeeded(what: string): HcfsError {
  return new HcfsError('OWNER_REQUIRED', `Only the node with the owner's key can ${what}; do it there`)
}

function notRecovery(): HcfsError {
  return new HcfsError(
    'OWNER_REQUIRED',
    "The file holds another key than the network's recovery key; take the right one"
  )
}

function notEmpty(path: ContextPath): HcfsError {
  return new HcfsError('SPACE_NOT_EMPTY', `${path} holds contexts; move them away, add the space, and move them back`, {
    details: { path }
  })
}

function unknownRight(device: DeviceId): HcfsError {
  return new HcfsError('MEMBER_UNKNOWN', 'The device has no right that could be taken away', { details: { device } })
}

function expiryInvalid(): HcfsError {
  return new HcfsError(
    'BAD_REQUEST',
    'A ticket is valid for a whole number of milliseconds above 0; correct `expiresInMs`'
  )
}
