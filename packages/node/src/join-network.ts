import type { Clock, Logger, NodeLimits, Random } from '@hcfs/core'
import { HcfsError, withDeadline } from '@hcfs/core'
import type { Ticket } from '@hcfs/crdt'
import { DeviceKey, parseTicket, SignatureVerifier } from '@hcfs/crdt'
import type { Keyring } from './membership/identity.ts'
import { assertMayJoin } from './membership/identity.ts'
import { JoinAdmission } from './membership/join-admission.ts'
import { Libp2pTransport } from './network/libp2p-transport.ts'
import type { KnownPeer } from './network/link-keeper.ts'
import type { OrderedStore } from './storage/ordered-store.ts'

export interface JoinSurroundings {
  readonly store: OrderedStore
  readonly keyring: Keyring
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly limits: NodeLimits
}

const REDEEM_MS_MAX = 30_000

/**
 * Redeems a ticket by dialing whoever made it, unless the store belongs to that network already: so
 * the same command may be run again. Says where the network was found.
 */
export async function joinNetwork(surroundings: JoinSurroundings, text: string): Promise<readonly KnownPeer[]> {
  const ticket = parseTicket(text)
  const known = [{ device: ticket.issuer, addresses: ticket.addresses }]
  if (!(await assertMayJoin(surroundings.store, ticket.network))) await redeem(surroundings, ticket)
  return known
}

async function redeem({ store, keyring, clock, random, log, limits }: JoinSurroundings, ticket: Ticket): Promise<void> {
  const key = DeviceKey.fromSeed(await keyring.seed('device'))
  const verifier = new SignatureVerifier()
  const admission = new JoinAdmission({ store, keyring, random, verifier }, { key, ticket })
  // It only dials: nobody can reach a node that is no member yet.
  const transport = new Libp2pTransport(
    { clock, random, logger: log, key, network: ticket.network, admission, limits },
    { listen: [] }
  )
  const expired = (): HcfsError => notReached(ticket)
  await transport.start()
  try {
    await withDeadline(clock, { timeoutMs: REDEEM_MS_MAX, expired }, (signal) =>
      transport.dialForAdmission(ticket.addresses, { signal })
    )
  } finally {
    await transport.stop()
  }
}

function notReached({ addresses }: Ticket): HcfsError {
  return new HcfsError(
    'PEER_UNREACHABLE',
    'The node that made the ticket did not answer; see that it runs and that this machine can reach it, then try again',
    { details: { addresses: addresses.join(' ') } }
  )
}
