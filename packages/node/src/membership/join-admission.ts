import type { Random } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { DeviceKey, SignatureVerifier, Ticket } from '@hcfs/crdt'
import { encodeSigned, networkOf, PolicyLog } from '@hcfs/crdt'
import type { Admission, AdmissionChannel } from '../network/admission.ts'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import type { Welcome } from './admission-messages.ts'
import { joinMessage, joinProof, readPolicy, readWelcome, ticketIdOf } from './admission-messages.ts'
import { AdmissionTalk, POLICY_BYTES_MAX } from './admission-talk.ts'
import type { Keyring } from './identity.ts'
import { assertMayJoin, joinOperations } from './identity.ts'
import { putInviter } from './known-peers.ts'
import { decodePolicyPart } from './policy-parts.ts'

/** Of 4 MiB each: what a joiner reads before it knows that it is a member. */
const PAGES_MAX = 64
const MARKS = { entry: 'e', grant: 'g', request: 'r' } as const

export interface JoinComponents {
  readonly store: OrderedStore
  readonly keyring: Keyring
  readonly random: Random
  readonly verifier: SignatureVerifier
}

/**
 * The joiner's side of redeeming a ticket.
 *
 * What it is told is believed because it follows from the ticket: the genesis by its
 * hash, the policy by its signatures, and the key of fingerprints because the device that
 * the ticket names said it. All of it is stored in one fsynced batch, or nothing.
 */
export class JoinAdmission implements Admission {
  readonly #components: JoinComponents
  readonly #key: DeviceKey
  readonly #ticket: Ticket

  constructor(components: JoinComponents, { key, ticket }: { readonly key: DeviceKey; readonly ticket: Ticket }) {
    this.#components = components
    this.#key = key
    this.#ticket = ticket
  }

  async admit(channel: AdmissionChannel, { signal }: { readonly signal: AbortSignal }): Promise<boolean> {
    if (!channel.isInitiator) throw new HcfsError('ADMISSION_REFUSED', 'This node is joining and takes nobody in yet')
    const talk = new AdmissionTalk(channel, signal)
    const ticket = this.#ticket
    const proof = joinProof(ticket, { joiner: this.#key.deviceId, binding: channel.binding })
    const { network, issuer } = ticket
    await talk.send(joinMessage({ network, issuer, ticket: ticketIdOf(ticket), proof }))
    const welcome = readWelcome(await talk.receive(POLICY_BYTES_MAX))
    if (channel.remote !== issuer) throw new HcfsError('ADMISSION_REFUSED', 'Another node answered for the ticket')
    await this.#store(welcome, () => talk.receive(POLICY_BYTES_MAX).then(readPolicy))
    return false
  }

  isDenied(): boolean {
    return false
  }

  /** Takes in page after page of the policy until it says that this device is a member. */
  async #store(welcome: Welcome, nextPage: () => Promise<readonly Uint8Array[]>): Promise<void> {
    const { store, random, verifier } = this.#components
    const { network } = this.#ticket
    const { genesis, fingerprintKey } = welcome
    if (networkOf(genesis) !== network) throw new HcfsError('ADMISSION_REFUSED', 'The answer is of another network')
    const log = new PolicyLog(genesis, verifier)
    const device = this.#key.deviceId
    const operations = this.#takeIn(welcome.parts, log)
    for (let pages = 1; !log.state.isMember(device); pages += 1) {
      const parts = welcome.parts.length === 0 || pages > PAGES_MAX ? [] : await nextPage()
      if (parts.length === 0) throw new HcfsError('ADMISSION_REFUSED', 'The answer gives this device no right')
      operations.push(...this.#takeIn(parts, log))
    }
    const isSame = await assertMayJoin(store, network)
    const founding = isSame ? [] : joinOperations({ genesis, fingerprintKey }, { device, random })
    await store.batch([...founding, ...operations, putInviter(this.#ticket)], { sync: true })
  }

  #takeIn(parts: readonly Uint8Array[], log: PolicyLog): StoreOperation[] {
    const operations: StoreOperation[] = []
    for (const { kind, part } of parts.map(decodePolicyPart)) {
      if (kind === 'entry') log.addEntry(part)
      else if (kind === 'grant') log.addGrant(part)
      else if (kind === 'suspension') continue
      const mark = MARKS[kind]
      // What members say of themselves is verified when the policy is opened.
      operations.push({ type: 'put', key: keys.policyPart(mark, part.id), value: encodeSigned(part) })
    }
    return operations
  }
}
