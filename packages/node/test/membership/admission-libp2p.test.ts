import { networkId } from '@hcfs/core'
import { encodeTicket, parseTicket } from '@hcfs/crdt'
import { expect, test } from 'vitest'
import type { Libp2pTransport } from '../../src/network/libp2p-transport.ts'
import { NEVER, startLoopback } from '../network/loopback.ts'
import type { MemberNode } from './member-node.ts'
import { joinerOf, newPlace, openMember } from './member-node.ts'

/*
 * Admission as it is on a wire: two transports on this machine, with the keys, the
 * bindings and the frames of libp2p. What the exchange decides is tested in
 * joining.test.ts; here it is that each answer arrives at the other end.
 */

async function founded() {
  const first = await openMember(newPlace())
  const transport = await startMember(first)
  const [address] = transport.addresses()
  return { first, addresses: [address!], place: () => newPlace(first.place.clock) }
}

function startMember({ key, admission }: MemberNode, listen?: readonly string[]): Promise<Libp2pTransport> {
  return startLoopback({ key, admission, ...(listen !== undefined && { listen }) })
}

async function redeem(place: ReturnType<typeof newPlace>, ticket: string, addresses: readonly string[]) {
  const { key, admission } = await joinerOf(place, ticket)
  const transport = await startLoopback({ key, admission, listen: [] })
  try {
    await transport.dialForAdmission(addresses, NEVER)
  } finally {
    await transport.stop()
  }
}

test('a good ticket makes a member, which is connected until it is revoked', async () => {
  const { first, addresses, place } = await founded()
  const mine = place()
  await redeem(mine, (await first.api.invite({ role: 'write' })).ticket, addresses)
  const second = await openMember(mine)
  const transport = await startMember(second, [])
  await transport.dial(addresses, NEVER)
  expect(transport.peers().map(({ device }) => device)).toEqual([first.device])
  await transport.stop()
  await first.api.revoke(second.device)
  const again = await startMember(second, [])
  await expect(again.dial(addresses, NEVER)).rejects.toThrow()
  expect(again.peers()).toEqual([])
}, 20_000)

test('a ticket that is used up, expired, foreign or has another secret is refused with its reason', async () => {
  const { first, addresses, place } = await founded()
  const { ticket } = await first.api.invite({ role: 'read' })
  const parsed = parseTicket(ticket)
  const forged = encodeTicket({ ...parsed, secret: new Uint8Array(16) })
  const foreign = encodeTicket({ ...parsed, network: networkId('ab'.repeat(32)) })
  await expect(redeem(place(), forged, addresses)).rejects.toMatchObject({ code: 'TICKET_REFUSED' })
  await expect(redeem(place(), foreign, addresses)).rejects.toMatchObject({ code: 'TICKET_REFUSED' })
  await redeem(place(), ticket, addresses)
  await expect(redeem(place(), ticket, addresses)).rejects.toMatchObject({ code: 'TICKET_USED_UP' })
  const late = (await first.api.invite({ role: 'read', expiresInMs: 1_000 })).ticket
  await first.place.clock.advance(1_000)
  await expect(redeem(place(), late, addresses)).rejects.toMatchObject({ code: 'TICKET_EXPIRED' })
}, 20_000)

test('a mistyped ticket is refused before anybody is dialed', async () => {
  const { first, place } = await founded()
  const { ticket } = await first.api.invite({ role: 'read' })
  const last = ticket.endsWith('q') ? 'p' : 'q'
  await expect(joinerOf(place(), ticket.slice(0, -1) + last)).rejects.toMatchObject({ code: 'TICKET_MISTYPED' })
})

test('a device of another network is not let in, and nothing of it is kept', async () => {
  const { first, addresses, place } = await founded()
  const other = await openMember(place())
  const transport = await startMember(other, [])
  await expect(transport.dial(addresses, NEVER)).rejects.toThrow()
  expect(transport.peers()).toEqual([])
  expect(await first.api.members()).toHaveLength(1)
}, 20_000)
