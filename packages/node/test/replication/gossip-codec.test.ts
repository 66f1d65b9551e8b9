import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodePiece, decodeRequest, encodePiece, encodeRequest } from '../../src/replication/fetch-codec.ts'
import type { Gossip } from '../../src/replication/gossip-codec.ts'
import { decodeGossip, encodeGossip, GOSSIP_BYTES_MAX } from '../../src/replication/gossip-codec.ts'
import { envelope, openEnvelope } from '../../src/replication/sync-envelope.ts'
import { NETWORK, SPACE, sampleCommits } from './sample-gossip.ts'

/*
 * What nodes say to each other since version 1. When a test here fails, the code
 * is wrong and not the file: it is never made anew.
 */
const GOLDEN = JSON.parse(
  readFileSync(new URL('../../../../fixtures/replication/messages-v1.json', import.meta.url), 'utf8')
) as Record<string, string>
const CONTEXT = { network: NETWORK, space: SPACE }

const commits = sampleCommits([3, 5])
const lacking = sampleCommits([4]).map(({ commit }) => ({ commit, payloads: [undefined] }))
const GOSSIP: Readonly<Record<string, Gossip>> = {
  commits: { gossip: 'commits', commits },
  'commit-without-payload': { gossip: 'commits', commits: lacking },
  announced: { gossip: 'announced', announced: commits.map(({ commit }) => ({ id: commit.id, bytes: 700 })) }
}
const REQUEST = { number: 7, commit: commits[0]!.commit.id, indexes: [0, 3] }
const PIECE = { number: 7, bytes: Uint8Array.of(1, 2, 3), ends: 'payload' as const }

describe.each(Object.keys(GOSSIP))('gossip: %s', (name) => {
  test('is written with the golden bytes, and read from them', () => {
    expect(bytesToHex(encodeGossip(GOSSIP[name]!))).toBe(GOLDEN[name])
    expect(decodeGossip(hexToBytes(GOLDEN[name]!), CONTEXT)).toEqual(GOSSIP[name])
  })
})

test('requests, pieces and envelopes have golden bytes too', () => {
  expect(bytesToHex(encodeRequest(REQUEST))).toBe(GOLDEN['fetch-request'])
  expect(decodeRequest(hexToBytes(GOLDEN['fetch-request']!))).toEqual(REQUEST)
  expect(bytesToHex(encodePiece(PIECE))).toBe(GOLDEN['fetch-piece'])
  expect(decodePiece(hexToBytes(GOLDEN['fetch-piece']!))).toEqual(PIECE)
  expect(bytesToHex(envelope(258, Uint8Array.of(9)))).toBe(GOLDEN['sync-envelope'])
  expect(openEnvelope(hexToBytes(GOLDEN['sync-envelope']!))).toEqual({ session: 258, message: Uint8Array.of(9) })
})

test('whatever bytes come, they are read or refused, and nothing is thrown', () => {
  const right = [...Object.values(GOSSIP).map(encodeGossip), encodeRequest(REQUEST), encodePiece(PIECE)]
  const damaged = fc
    .tuple(fc.constantFrom(...right), fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([bytes, at, mask]) => {
      const copy = Uint8Array.from(bytes)
      copy[at % copy.length]! ^= mask
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
      decodeGossip(bytes, CONTEXT)
      decodeRequest(bytes)
      decodePiece(bytes)
      openEnvelope(bytes)
    }),
    { numRuns: 2_000 }
  )
})

test('a message that is too large is refused before it is read', () => {
  expect(decodeGossip(new Uint8Array(GOSSIP_BYTES_MAX + 1), CONTEXT)).toBeUndefined()
})

test('a request names each entry once, in order', () => {
  expect(decodeRequest(encodeRequest({ ...REQUEST, indexes: [3, 0] }))).toBeUndefined()
  expect(decodeRequest(encodeRequest({ ...REQUEST, indexes: [] }))).toBeUndefined()
  expect(decodeRequest(encodeRequest({ ...REQUEST, indexes: [...Array(257).keys()] }))).toBeUndefined()
})
