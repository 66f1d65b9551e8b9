import type { DeviceId } from '@hcfs/core'
import { decodeCbor, deviceId, encodeCbor, FORMAT_LIMITS, idToBytes } from '@hcfs/core'
import type { Ticket } from '@hcfs/crdt'
import { ArrayReader } from '@hcfs/crdt'
import { keys } from '../storage/keys.ts'
import type { OrderedStore, StoreOperation } from '../storage/ordered-store.ts'
import { unlessDamaged } from '../storage/own-records.ts'
import type { PolicyKeeper } from './policy-keeper.ts'

/** Where a member may be reached. */
export interface KnownAddresses {
  readonly device: DeviceId
  readonly addresses: readonly string[]
}

/**
 * Every other member of which an address is known, newest first in each: what it says of itself,
 * what is signed of it, and, for who let this node in, what stood in the ticket.
 */
export function knownPeers(
  { store, keeper }: { readonly store: OrderedStore; readonly keeper: Pick<PolicyKeeper, 'state' | 'descriptions'> },
  self: DeviceId
): readonly KnownAddresses[] {
  const { state } = keeper
  const said = keeper.descriptions()
  const inviter = readInviter(store)
  return state
    .subjects()
    .filter((device) => device !== self && state.isMember(device))
    .map((device) => {
      const signed = state.facts.members.get(device)?.addresses ?? []
      const written = inviter?.device === device ? inviter.addresses : []
      return { device, addresses: [...new Set([...(said.get(device)?.addresses ?? []), ...signed, ...written])] }
    })
    .filter(({ addresses }) => addresses.length > 0)
}

/** Remembers who let this node in, for as long as the policy says nothing better. */
export function putInviter({ issuer, addresses }: Pick<Ticket, 'issuer' | 'addresses'>): StoreOperation {
  return { type: 'put', key: keys.meta('inviter'), value: encodeCbor([idToBytes(issuer), [...addresses]]) }
}

/** A damaged record costs an address, and nothing else. */
function readInviter(store: OrderedStore): KnownAddresses | undefined {
  return unlessDamaged(() => {
    const stored = store.getSync(keys.meta('inviter'))
    if (stored === undefined) return undefined
    const reader = new ArrayReader(decodeCbor(stored), 'inviter', 2)
    const device = reader.id('device', deviceId)
    const addresses = reader.list('addresses').map(String)
    return { device, addresses: addresses.slice(0, FORMAT_LIMITS.ticketAddressesMax) }
  }, undefined)
}
