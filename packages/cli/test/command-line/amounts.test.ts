import { expect, test } from 'vitest'
import { agoText, bytesText } from '../../src/command-line/amounts.ts'

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KiB'],
  [1_572_864, '1.5 MiB'],
  [250 * 1_048_576, '250 MiB']
])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

test.each([
  ['2026-01-31T11:59:30.000Z', 'just now'],
  ['2026-01-31T11:55:00.000Z', '5 min ago'],
  ['2026-01-31T09:00:00.000Z', '3 h ago'],
  ['2026-01-29T09:00:00.000Z', '2 d ago'],
  ['2025-06-01T00:00:00.000Z', '2025-06-01'],
  ['2026-02-01T12:00:00.000Z', '2026-02-01 12:00']
])('%s is %s', (time, text) => {
  expect(agoText(time, Date.parse('2026-01-31T12:00:00Z'))).toBe(text)
})
