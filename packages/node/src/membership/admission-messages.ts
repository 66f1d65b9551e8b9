import { createHmac } from 'node:crypto'
import type { CborValue, DeviceId, NetworkId } from '@hcfs/core'
import { bytesToHex, deviceId, encodeCbor, hashCbor, idToBytes, networkId } from '@hcfs/core'
import type { Genesis, Ticket } from '@hcfs/crdt'
import { ArrayReader, decodeGenesis, encodeGenesis } from '@hcfs/crdt'
import { malformed, readingAdmission } from './admission-talk.ts'

/** What both members say first. */
export interface Hello {
  readonly kind: 'hello'
  readonly network: NetworkId
  readonly epoch: number
  /** The delegated grants by which the sender is a member, each after the one that it comes from. */
  readonly grants: readonly Uint8Array[]
}

/** What a joiner says instead. */
export interface JoinAsk {
  readonly kind: 'join'
  readonly network: NetworkId
  readonly issuer: DeviceId
  readonly ticket: string
  /** HMAC of this connection with the secret of the ticket. */
  readonly proof: Uint8Array
}

export interface Welcome {
  readonly genesis: Genesis
  readonly fingerprintKey: Uint8Array
  readonly parts: readonly Uint8Array[]
}

const HELLO = 'hcfs/hello/1'
const JOIN = 'hcfs/join/1'
const WELCOME = 'hcfs/welcome/1'
const POLICY = 'hcfs/admission-policy/1'
const ADMITTED = 'hcfs/admitted/1'
const TICKET_ID_BYTES = 16
const PROOF_BYTES = 32

/** Names a ticket without giving its secret away. */
export function ticketIdOf({ network, secret }: Pick<Ticket, 'network' | 'secret'>): string {
  return bytesToHex(hashCbor(['hcfs/ticket-id/1', idToBytes(network), secret]).subarray(0, TICKET_ID_BYTES))
}

/** Worth nothing on another connection, for another device, or without the secret. */
export function joinProof(
  { network, issuer, secret }: Pick<Ticket, 'network' | 'issuer' | 'secret'>,
  { joiner, binding }: { joiner: DeviceId; binding: Uint8Array }
): Uint8Array {
  const said = encodeCbor(['hcfs/join-proof/1', ...[network, issuer, joiner].map(idToBytes), binding])
  return Uint8Array.from(createHmac('sha256', secret).update(said).digest())
}

export function helloMessage({ network, epoch, grants }: Omit<Hello, 'kind'>): CborValue {
  return [HELLO, idToBytes(network), epoch, grants]
}

export function joinMessage({ network, issuer, ticket, proof }: Omit<JoinAsk, 'kind'>): CborValue {
  return [JOIN, idToBytes(network), idToBytes(issuer), Uint8Array.from(Buffer.from(ticket, 'hex')), proof]
}

export function readGreeting(message: CborValue): Hello | JoinAsk {
  return readingAdmission(() => {
    const kind: unknown = Array.isArray(message) ? message[0] : undefined
    if (kind === JOIN) return readJoin(message)
    if (kind !== HELLO) throw malformed('the greeting is of an unknown kind')
    const reader = new ArrayReader(message, 'hello', 4)
    reader.text('tag')
    const network = reader.id('network', networkId)
    const epoch = reader.wholeNumber('epoch')
    return { kind: 'hello', network, epoch, grants: reader.byteStrings('grants') }
  })
}

export function policyMessage(entries: readonly Uint8Array[]): CborValue {
  return [POLICY, entries]
}

export function readPolicy(message: CborValue): Uint8Array[] {
  return readingAdmission(() => {
    const reader = tagged(message, POLICY, 2)
    return reader.byteStrings('entries')
  })
}

export function welcomeMessage({ genesis, fingerprintKey, parts }: Welcome): CborValue {
  return [WELCOME, encodeGenesis(genesis), fingerprintKey, parts]
}

export function readWelcome(message: CborValue): Welcome {
  return readingAdmission(() => {
    const reader = tagged(message, WELCOME, 4)
    const genesis = decodeGenesis(reader.bytes('genesis'))
    const fingerprintKey = reader.bytes('fingerprintKey', 32)
    return { genesis, fingerprintKey, parts: reader.byteStrings('parts') }
  })
}

export function admittedMessage(): CborValue {
  return [ADMITTED]
}

export function assertAdmitted(message: CborValue): void {
  readingAdmission(() => tagged(message, ADMITTED, 1))
}

function readJoin(message: CborValue): JoinAsk {
  const reader = tagged(message, JOIN, 5)
  const network = reader.id('network', networkId)
  const issuer = reader.id('issuer', deviceId)
  const ticket = bytesToHex(reader.bytes('ticket', TICKET_ID_BYTES))
  return { kind: 'join', network, issuer, ticket, proof: reader.bytes('proof', PROOF_BYTES) }
}

function tagged(message: CborValue, tag: string, values: number): ArrayReader {
  const reader = new ArrayReader(message, tag, values)
  if (reader.text('tag') !== tag) throw malformed('another message was due')
  return reader
}
