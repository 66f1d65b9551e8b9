import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256, sha256Hex } from '#sha256'
import * as noble from '../../src/hash/sha256-noble.ts'
import * as node from '../../src/hash/sha256-node.ts'
import { bytesToHex } from '../../src/ids/hex.ts'
import { SeededRandom } from '../../src/random/seeded-random.ts'

const implementations = { node, noble }

test.each(Object.entries(implementations))('%s gives the hashes of the standard', (_, { sha256, sha256Hex }) => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(sha256Hex(new Uint8Array())).toBe(empty)
  expect(sha256Hex(Uint8Array.of(0x61, 0x62, 0x63))).toBe(abc)
  expect(bytesToHex(sha256(Uint8Array.of(0x61, 0x62, 0x63)))).toBe(abc)
})

test('both agree on every length up to 300 and on some large ones', () => {
  for (const length of [...Array(301).keys(), 4_095, 65_536, 1_000_001]) {
    const bytes = new SeededRandom(length).bytes(length)
    expect(node.sha256Hex(bytes), `${length} bytes`).toBe(noble.sha256Hex(bytes))
    expect(node.sha256(bytes), `${length} bytes`).toStrictEqual(noble.sha256(bytes))
    expect(bytesToHex(node.sha256(bytes)), `${length} bytes`).toBe(node.sha256Hex(bytes))
  }
})

test('both agree on any bytes, views and Buffers included', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 500 }), (whole) => {
      for (const bytes of [whole, whole.subarray(1, -1), Buffer.from(whole)]) {
        expect(node.sha256(bytes)).toStrictEqual(noble.sha256(bytes))
        expect(node.sha256Hex(bytes)).toBe(noble.sha256Hex(bytes))
      }
    })
  )
})

test('the package takes the one of Node when it runs on Node', () => {
  expect(sha256).toBe(node.sha256)
  expect(sha256Hex).toBe(node.sha256Hex)
})

test.each(Object.entries(implementations))('%s gives bytes that belong to the caller', (_, { sha256 }) => {
  const first = sha256(Uint8Array.of(1))
  const copy = first.slice()
  sha256(Uint8Array.of(2)).fill(0)
  expect(first).toEqual(copy)
  expect(first.buffer.byteLength).toBe(32)
})
