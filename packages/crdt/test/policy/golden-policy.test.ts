import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { decodeGenesis, encodeGenesis, networkOf } from '../../src/policy/genesis.ts'
import { decodeGrant, verifyGrant } from '../../src/policy/grant.ts'
import { decodePolicyEntry, verifyPolicyEntry } from '../../src/policy/policy-entry.ts'
import { verifyPolicyFork } from '../../src/policy/policy-fork.ts'
import { decodePolicyRequest, verifyPolicyRequest } from '../../src/policy/policy-request.ts'
import { encodeSigned } from '../../src/policy/signed-part.ts'
import { decodeSuspension, verifySuspension } from '../../src/policy/suspension.ts'
import { encodeTicket, parseTicket } from '../../src/policy/ticket.ts'
import type { GoldenName } from './golden-parts.ts'
import { goldenParts, plain } from './golden-parts.ts'
import { GENESIS, NETWORK, verifier } from './network.ts'

interface Golden {
  readonly what: string
  readonly encoded: string
  readonly says: unknown
}

const FOLDER = new URL('../../../../fixtures/policy/', import.meta.url)

/*
 * These bytes stand for what nodes have stored and sent since format 1. When a
 * test here fails, the code is wrong and not the files: they are never made anew.
 */

describe.each<[GoldenName, (encoded: string) => unknown]>([
  ['genesis', (encoded) => decodeGenesis(hexToBytes(encoded))],
  ['grant', (encoded) => verifyGrant(decodeGrant(hexToBytes(encoded)), verifier)],
  ['entry', (encoded) => verifyPolicyEntry(decodePolicyEntry(hexToBytes(encoded)), verifier)],
  ['recovery', (encoded) => verifyPolicyEntry(decodePolicyEntry(hexToBytes(encoded)), verifier)],
  ['request', (encoded) => verifyPolicyRequest(decodePolicyRequest(hexToBytes(encoded)), verifier)],
  ['suspension', (encoded) => verifySuspension(decodeSuspension(hexToBytes(encoded)), verifier)],
  ['fork', (encoded) => verifyPolicyFork(hexToBytes(encoded), verifier)],
  ['ticket', (encoded) => parseTicket(encoded)]
])('%s.json', (name, read) => {
  const golden = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Golden

  test('is read as what it says, and its signatures are good', () => {
    expect(plain(read(golden.encoded))).toEqual(golden.says)
  })

  test('is made again with the same bytes', () => {
    expect(goldenParts()[name]).toBe(golden.encoded)
  })
})

test('reading and writing changes nothing', () => {
  const parts = goldenParts()
  expect(bytesToHex(encodeGenesis(decodeGenesis(hexToBytes(parts.genesis))))).toBe(parts.genesis)
  expect(bytesToHex(encodeSigned(decodePolicyEntry(hexToBytes(parts.entry))))).toBe(parts.entry)
  expect(encodeTicket(parseTicket(parts.ticket))).toBe(parts.ticket)
  expect(networkOf(GENESIS)).toBe(NETWORK)
})
