import type { CborValue } from '@hcfs/core'
import { decodeCbor, encodeCbor } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { Genesis } from '../../src/policy/genesis.ts'
import { decodeGenesis, encodeGenesis, firstGrantOf, networkOf } from '../../src/policy/genesis.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'
import { GENESIS, KEYS } from './network.ts'

test('every part of a genesis names another network, and its first grant', () => {
  const variants: Partial<Genesis>[] = [
    {},
    { ownerKey: KEYS.thief.deviceId },
    { recoveryKey: KEYS.thief.deviceId },
    { firstDevice: KEYS.thief.deviceId },
    { nonce: new Uint8Array(16) },
    { createdAtMs: 1 }
  ]
  const all = variants.map((variant) => ({ ...GENESIS, ...variant }))
  expect(new Set(all.map(networkOf)).size).toBe(variants.length)
  expect(new Set(all.map(firstGrantOf)).size).toBe(variants.length)
})

describe('what is no genesis is refused', () => {
  test.each<[string, string, (parts: readonly CborValue[]) => CborValue]>([
    ['no list', 'ENCODING_INVALID', () => 'hcfs/genesis/1'],
    ['a part less', 'ENCODING_INVALID', (parts) => parts.slice(0, -1)],
    ['a part more', 'ENCODING_INVALID', (parts) => [...parts, 0]],
    ['another domain', 'ENCODING_INVALID', (parts) => parts.with(0, 'hcfs/genesis/2')],
    ['a key that is text', 'ENCODING_INVALID', (parts) => parts.with(1, 'key')],
    ['a key that is too short', 'ID_INVALID', (parts) => parts.with(2, new Uint8Array(31))],
    ['a nonce that is too short', 'ENCODING_INVALID', (parts) => parts.with(4, new Uint8Array(15))],
    ['a time before 1970', 'ENCODING_INVALID', (parts) => parts.with(5, -1)],
    ['a time that is no whole number', 'ENCODING_INVALID', (parts) => parts.with(5, 0.5)]
  ])('%s', (_, code, change) => {
    const parts = decodeCbor(encodeGenesis(GENESIS)) as readonly CborValue[]
    expect(refusalOf(() => decodeGenesis(encodeCbor(change(parts))))).toBe(code)
  })
})
