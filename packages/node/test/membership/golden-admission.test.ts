import { readFileSync } from 'node:fs'
import { bytesToHex, deviceId, encodeCbor, networkId } from '@hcfs/core'
import { expect, test } from 'vitest'
import {
  helloMessage,
  joinMessage,
  joinProof,
  readGreeting,
  ticketIdOf
} from '../../src/membership/admission-messages.ts'

const GOLDEN: unknown = JSON.parse(
  readFileSync(new URL('../../../../fixtures/membership/admission.json', import.meta.url), 'utf8')
)

const network = networkId('11'.repeat(32))
const issuer = deviceId('22'.repeat(32))
const joiner = deviceId('33'.repeat(32))
const secret = new Uint8Array(16).fill(0x44)
const binding = new Uint8Array(32).fill(0x55)

test('the greetings have the bytes that they always had', () => {
  const hello = { network, epoch: 7, grants: [Uint8Array.of(1, 2, 3)] }
  const proof = joinProof({ network, issuer, secret }, { joiner, binding })
  const join = { network, issuer, ticket: ticketIdOf({ network, secret }), proof }
  expect({
    hello: bytesToHex(encodeCbor(helloMessage(hello))),
    join: bytesToHex(encodeCbor(joinMessage(join)))
  }).toEqual(GOLDEN)
  expect(readGreeting(helloMessage(hello))).toEqual({ kind: 'hello', ...hello })
  expect(readGreeting(joinMessage(join))).toEqual({ kind: 'join', ...join })
})
