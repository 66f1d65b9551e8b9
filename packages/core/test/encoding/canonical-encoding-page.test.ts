import { expect, test } from 'vitest'
import type { CborValue } from '../../src/encoding/cbor-value.ts'
import { decodeCbor } from '../../src/encoding/decode-cbor.ts'
import { encodeCbor } from '../../src/encoding/encode-cbor.ts'
import { bytesToHex, hexToBytes } from '../../src/ids/hex.ts'
import { codeIn, tableRows } from '../limits/page-tables.ts'

const PAGE = 'reference/canonical-encoding.md'
const examples = tableRows(PAGE, 'value').filter((row) => 'encoding' in row)
const refused = tableRows(PAGE, 'bytes')

/** JSON with `h'…'` for bytes. */
function parseExample(text: string): CborValue {
  return JSON.parse(text.replaceAll(/h'([0-9a-f]*)'/g, '{"bytes":"$1"}'), (_, value: unknown) =>
    isBytesMarker(value) ? hexToBytes(value.bytes) : value
  )
}

function isBytesMarker(value: unknown): value is { bytes: string } {
  return typeof value === 'object' && value !== null && 'bytes' in value && typeof value.bytes === 'string'
}

test('the page has its examples', () => {
  expect(examples.length).toBeGreaterThan(40)
  expect(refused.length).toBeGreaterThan(30)
})

test.each(examples)('$value is $encoding, both ways', (row) => {
  const value = parseExample(codeIn(row['value']))
  expect(bytesToHex(encodeCbor(value))).toBe(codeIn(row['encoding']))
  expect(decodeCbor(hexToBytes(codeIn(row['encoding'])))).toEqual(value)
})

test.each(refused)('$bytes is refused: $because', (row) => {
  expect(() => decodeCbor(hexToBytes(codeIn(row['bytes'])))).toThrow(
    expect.objectContaining({ code: 'ENCODING_INVALID' })
  )
})
