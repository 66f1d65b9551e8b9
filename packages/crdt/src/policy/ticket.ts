import type { CborValue, DeviceId, NetworkId } from '@hcfs/core'
import { decodeCbor, deviceId, encodeCbor, FORMAT_LIMITS, HcfsError, idToBytes, networkId } from '@hcfs/core'
import { ArrayReader } from '../commit/array-reader.ts'
import { assertCount, assertText } from '../commit/value-rules.ts'
import { readCheckedText, writeCheckedText } from './checked-text.ts'
import { malformedPolicy, readingPolicy } from './policy-errors.ts'

/** An invitation. Whoever holds the text can join, so it is a secret like a password. */
export interface Ticket {
  readonly network: NetworkId
  /** The device whose node redeems it. */
  readonly issuer: DeviceId
  /** Where that node, or others that know the way, can be reached. */
  readonly addresses: readonly string[]
  readonly secret: Uint8Array
}

export const TICKET_SECRET_BYTES = 16

const PREFIX = 'hcfs1'
const TICKET_VALUES = 4

export function encodeTicket({ network, issuer, addresses, secret }: Ticket): string {
  readingPolicy(() => assertAddresses(addresses))
  if (secret.length !== TICKET_SECRET_BYTES) {
    throw new TypeError(`The secret of a ticket has ${TICKET_SECRET_BYTES} bytes, not ${secret.length}`)
  }
  return writeCheckedText(PREFIX, encodeCbor([idToBytes(network), idToBytes(issuer), addresses, secret]))
}

/**
 * Takes a ticket as people pass it on: in capitals, broken into lines, with space
 * around it. Fails with `TICKET_FOREIGN`, `TICKET_TRUNCATED` or `TICKET_MISTYPED`.
 */
export function parseTicket(text: string): Ticket {
  const bytes = readCheckedText(PREFIX, text)
  try {
    return readTicket(bytes)
  } catch (error) {
    if (!(error instanceof HcfsError)) throw error
    throw new HcfsError('TICKET_FOREIGN', 'The ticket was made by newer software; update this node', { cause: error })
  }
}

function readTicket(bytes: Uint8Array): Ticket {
  const reader = new ArrayReader(decodeCbor(bytes), 'ticket', TICKET_VALUES)
  const network = reader.id('network', networkId)
  const issuer = reader.id('issuer', deviceId)
  const addresses = reader.list('addresses').map(addressFrom)
  assertAddresses(addresses)
  return { network, issuer, addresses, secret: reader.bytes('secret', TICKET_SECRET_BYTES) }
}

function addressFrom(value: CborValue): string {
  if (typeof value === 'string') return value
  throw malformedPolicy('ticket.addresses', 'holds something else than text')
}

function assertAddresses(addresses: readonly string[]): void {
  assertCount('ticket.addresses', addresses.length, FORMAT_LIMITS.ticketAddressesMax)
  for (const address of addresses) assertText('ticket.address', address, FORMAT_LIMITS.addressBytesMax)
}
