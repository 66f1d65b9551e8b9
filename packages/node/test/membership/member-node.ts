import type { NodeLimits } from '@hcfs/core'
import { ManualClock, resolveNodeLimits, SeededRandom, silentLogger } from '@hcfs/core'
import type { GrantedEntries, SignatureVerifier as Verifier } from '@hcfs/crdt'
import { DeviceKey, parseTicket, SignatureVerifier } from '@hcfs/crdt'
import { DeviceRights } from '../../src/membership/device-rights.ts'
import type { Keyring } from '../../src/membership/identity.ts'
import { MemoryKeyring, openIdentity } from '../../src/membership/identity.ts'
import { JoinAdmission } from '../../src/membership/join-admission.ts'
import { knownPeers } from '../../src/membership/known-peers.ts'
import { MemberAdmission } from '../../src/membership/member-admission.ts'
import { Membership } from '../../src/membership/membership.ts'
import { OwnerKeys } from '../../src/membership/owner-keys.ts'
import { PolicyKeeper } from '../../src/membership/policy-keeper.ts'
import { SelfDescriber } from '../../src/membership/self-describer.ts'
import { TicketDesk } from '../../src/membership/ticket-desk.ts'
import type { Admission } from '../../src/network/admission.ts'
import { admitBoth } from '../../src/network/memory-admission.ts'
import { MemoryLink } from '../../src/network/memory-link.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'
import type { OrderedStore } from '../../src/storage/ordered-store.ts'

export interface Place {
  readonly store: OrderedStore
  readonly keyring: Keyring
  readonly random: SeededRandom
  readonly clock: ManualClock
  readonly verifier: Verifier
}

export type MemberNode = Awaited<ReturnType<typeof openMember>>

const NOTHING_HELD: GrantedEntries = { chainsUnder: () => [], countAfter: () => 0 }

let seeds = 100

export function newPlace(clock: ManualClock = new ManualClock(1_800_000_000_000)): Place {
  seeds += 1
  const random = new SeededRandom(seeds)
  return {
    store: new MemoryStore(),
    keyring: new MemoryKeyring(random),
    random,
    clock,
    verifier: new SignatureVerifier()
  }
}

/** The membership part of a node, opened over what the place holds. */
export async function openMember(place: Place, limits: Partial<NodeLimits> = {}) {
  const { store, clock, random, keyring, verifier } = place
  const identity = await openIdentity({ store, clock, random, keyring }, { isLastWriteProven: true, settleProof: [] })
  const { key, genesis, fingerprintKey } = identity
  const device = key.deviceId
  const keeper = await PolicyKeeper.open({ store, verifier, clock, log: silentLogger }, genesis)
  const rights = new DeviceRights({ policy: keeper, device, clock })
  const owner = new OwnerKeys({ keyring, policy: keeper, random }, key)
  const components = { store, keeper, rights, clock, random, ownerKey: () => owner.key() }
  const desk = new TicketDesk(components, { key, genesis, fingerprintKey }, resolveNodeLimits(limits))
  const admission = new MemberAdmission({ keeper, device, desk, verifier, clock })
  const emptyPaths = new Set<string>(['/empty'])
  const replica = { grantedEntries: async () => NOTHING_HELD, isEmpty: async (path: string) => emptyPaths.has(path) }
  const addresses = async () => [`/memory/${device}`]
  const api = new Membership({ keeper, rights, desk, owner, replica, clock, addresses }, key)
  const describer = new SelfDescriber({ keeper, owner, log: silentLogger }, key)
  const known = () => knownPeers({ store, keeper }, device)
  return { place, identity, key, device, keeper, rights, owner, desk, admission, api, describer, known }
}

let links = 0

/** Connects two sides as a transport would. */
export function meet(
  dialer: { device: MemberNode['device']; admission: Admission },
  dialed: { device: MemberNode['device']; admission: Admission },
  signal: AbortSignal = new AbortController().signal
): Promise<boolean> {
  links += 1
  const binding = new Uint8Array(32).fill(links)
  const link = new MemoryLink([dialer.device, dialed.device], {
    binding,
    onPending: (deliver) => queueMicrotask(deliver)
  })
  return admitBoth(link, [dialer, dialed], { frameBytesMax: 64 * 1_024, signal })
}

export async function joinerOf(place: Place, ticket: string) {
  const key = DeviceKey.fromSeed(await place.keyring.seed('device'))
  return { key, device: key.deviceId, admission: new JoinAdmission(place, { key, ticket: parseTicket(ticket) }) }
}

/** Redeems a ticket at a node, and opens what became of the place. */
export async function join(place: Place, ticket: string, issuer: MemberNode): Promise<MemberNode> {
  await meet(await joinerOf(place, ticket), issuer)
  return openMember(place)
}
