import { expect, test } from 'vitest'
import { grownMap } from '../../src/policy/grown-map.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'

const full = new Map(Array.from({ length: 16 }, (_, index) => [index, 'before']))

test('a map grows up to its limit, and what is in it can still be replaced', () => {
  expect(refusalOf(() => grownMap('ticketAddressesMax', full, [16, 'new']))).toBe('POLICY_STATEMENT_REFUSED')
  expect(grownMap('ticketAddressesMax', full, [15, 'after']).get(15)).toBe('after')
  expect(full.get(15)).toBe('before')
})
