import { expect, test } from 'vitest'
import { numberedLines, sizeText } from '../../src/files/numbered-lines.ts'

test('lines stand behind numbers of six places', () => {
  expect(numberedLines('a\nb\nc', 2, 3)).toBe('     2\tb\n     3\tc')
})

test.each([
  [0, '0B'],
  [1_023, '1023B'],
  [1_024, '1.0K'],
  [1_536, '1.5K'],
  [1_048_576, '1.0M']
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})
