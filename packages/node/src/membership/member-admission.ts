import type { Clock, DeviceId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { PolicyState, SignatureVerifier } from '@hcfs/crdt'
import { assertStrongDeviceId, decodeGrant, decodePolicyEntry, verifyGrant, verifyPolicyEntry } from '@hcfs/crdt'
import type { Admission, AdmissionChannel } from '../network/admission.ts'
import type { Hello } from './admission-messages.ts'
import {
  admittedMessage,
  assertAdmitted,
  helloMessage,
  policyMessage,
  readGreeting,
  readPolicy,
  welcomeMessage
} from './admission-messages.ts'
import { AdmissionTalk, GREETING_BYTES_MAX, malformed, POLICY_BYTES_MAX } from './admission-talk.ts'
import { grantsInForce } from './device-rights.ts'
import type { PolicyKeeper } from './policy-keeper.ts'
import type { TicketDesk } from './ticket-desk.ts'

export interface MemberAdmissionComponents {
  readonly keeper: PolicyKeeper
  readonly device: DeviceId
  readonly desk: Pick<TicketDesk, 'redeem'>
  readonly verifier: SignatureVerifier
  readonly clock: Pick<Clock, 'now'>
}

const GRANT_LINE_MAX = 32
const POLICY_ROOM_BYTES = 64 * 1_024

/**
 * Lets members in, and devices that redeem a ticket.
 *
 * 1. Nothing that a stranger says is stored before it has proven to be a member:
 *    its grants and entries are tried on a copy of the policy first.
 * 2. The policy goes to nobody who is not a member by what this node knows.
 */
export class MemberAdmission implements Admission {
  readonly #components: MemberAdmissionComponents

  constructor(components: MemberAdmissionComponents) {
    this.#components = components
  }

  async admit(channel: AdmissionChannel, { signal }: { readonly signal: AbortSignal }): Promise<boolean> {
    assertStrongDeviceId(channel.remote)
    const talk = new AdmissionTalk(channel, signal)
    const own = this.#hello()
    if (channel.isInitiator) await talk.send(helloMessage(own))
    const greeting = readGreeting(await talk.receive(GREETING_BYTES_MAX))
    if (greeting.kind === 'join') {
      if (channel.isInitiator) throw malformed('a joiner dials')
      const { welcome, more } = await this.#redeem(greeting, channel)
      await talk.send(welcomeMessage(welcome))
      for (const parts of more) await talk.send(policyMessage(parts))
      return false
    }
    if (greeting.network !== own.network) throw new HcfsError('ADMISSION_REFUSED', 'That node is of another network')
    if (!channel.isInitiator) await talk.send(helloMessage(own))
    if (greeting.epoch > own.epoch)
      await this.#catchUp(await talk.receive(POLICY_BYTES_MAX).then(readPolicy), greeting, channel.remote)
    else await this.#takeGrants(greeting, channel.remote)
    if (greeting.epoch < own.epoch) await talk.send(policyMessage(await this.#entriesAfter(greeting.epoch)))
    await talk.send(admittedMessage())
    assertAdmitted(await talk.receive(GREETING_BYTES_MAX))
    return true
  }

  isDenied(device: DeviceId): boolean {
    const { keeper } = this.#components
    return keeper.isSuspended(device) || isRevoked(keeper.state, device)
  }

  #redeem(ask: Parameters<TicketDesk['redeem']>[0], { remote, binding }: AdmissionChannel) {
    if (this.isDenied(remote)) throw notMember(remote)
    return this.#components.desk.redeem(ask, { joiner: remote, binding })
  }

  #hello(): Omit<Hello, 'kind'> {
    const { keeper, device } = this.#components
    const lines = grantsInForce(keeper.state, device).map(({ id }) => keeper.lineOf(id))
    const grants: Uint8Array[] = []
    for (const line of lines) if (grants.length + line.length <= GRANT_LINE_MAX) grants.push(...line)
    return { network: keeper.state.network, epoch: keeper.epoch, grants: withinBytes(grants) }
  }

  async #entriesAfter(after: number): Promise<readonly Uint8Array[]> {
    const bytesMax = POLICY_BYTES_MAX - POLICY_ROOM_BYTES
    const { entries } = await this.#components.keeper.entriesAfter({ after, bytesMax })
    return entries
  }

  /** This node knows at least as much as the other: its own policy decides, with the grants that the other brings. */
  async #takeGrants({ grants }: Hello, remote: DeviceId): Promise<void> {
    const { keeper } = this.#components
    this.#assertMember(this.#withGrants(keeper.state, grants), remote)
    await keeper.take(grants)
  }

  /** The other knows more: what it brings has to follow what is known here, and to make it a member. */
  async #catchUp(parts: readonly Uint8Array[], { grants }: Hello, remote: DeviceId): Promise<void> {
    const { keeper, verifier } = this.#components
    let state = keeper.state
    const entries: Uint8Array[] = []
    const beside: Uint8Array[] = []
    for (const part of parts) {
      if (beside.length > 0 || !isEntry(part)) beside.push(part)
      else {
        const entry = decodePolicyEntry(part)
        entries.push(part)
        if (entry.epoch > state.epoch) state = state.withEntry(verifyPolicyEntry(entry, verifier))
      }
    }
    this.#assertMember(this.#withGrants(state, grants), remote)
    await keeper.take([...entries, ...grants, ...beside])
  }

  #withGrants(state: PolicyState, encoded: readonly Uint8Array[]): PolicyState {
    const { verifier } = this.#components
    if (encoded.length > GRANT_LINE_MAX) throw malformed('it brings too many grants')
    return encoded.map(decodeGrant).reduce((known, grant) => {
      if (known.grant(grant.id) !== undefined) return known
      return known.withGrants(verifyGrant(grant, verifier))
    }, state)
  }

  #assertMember(state: PolicyState, device: DeviceId): void {
    const { keeper, clock } = this.#components
    if (keeper.isSuspended(device)) {
      throw new HcfsError(
        'MEMBER_SUSPENDED',
        'An administrator has suspended this device; ask the owner of the network',
        {
          details: { device }
        }
      )
    }
    const now = clock.now()
    const inForce = grantsInForce(state, device)
    if (!inForce.some(({ expiresAtMs = Number.POSITIVE_INFINITY }) => now < expiresAtMs)) throw notMember(device)
  }
}

/** Taken against the member, and nothing given since. */
export function isRevoked(state: PolicyState, device: DeviceId): boolean {
  if (state.isMember(device)) return false
  return state.grantsOf(device).some(({ id }) => state.facts.takings.get(id)?.some(({ kind }) => kind === 'revoke'))
}

function withinBytes(grants: readonly Uint8Array[]): Uint8Array[] {
  let room = GREETING_BYTES_MAX / 2
  return grants.filter((each) => {
    room -= each.length
    return room >= 0
  })
}

function isEntry(part: Uint8Array): boolean {
  return Buffer.from(part.subarray(0, 64)).includes('hcfs/policy/')
}

function notMember(device: DeviceId): HcfsError {
  return new HcfsError(
    'MEMBER_REQUIRED',
    'This device is no member of the network; ask an administrator for a ticket',
    {
      details: { device }
    }
  )
}
