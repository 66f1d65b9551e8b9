import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textLines, wholeText } from '../../src/http/text-lines.ts'

/** The bytes of a text, cut where the numbers say: also inside a character. */
async function* cut(text: string, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let start = 0
  for (const length of lengths) {
    yield bytes.subarray(start, start + length)
    start += length
  }
  yield bytes.subarray(start)
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = []
  for await (const line of lines) collected.push(line)
  return collected
}

const LENGTHS = fc.array(fc.nat({ max: 7 }))
const LINE = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'))

test('lines come out as they went in, however the bytes were cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(LINE), LENGTHS, async (lines, lengths) => {
      const text = lines.map((line) => `${line}\n`).join('')
      expect(await collect(textLines(cut(text, lengths)))).toEqual(lines)
      expect(await wholeText(cut(text, lengths))).toBe(text)
    })
  )
})

test('a last line without an end is one', async () => {
  expect(await collect(textLines(cut('one\ntwo', [2])))).toEqual(['one', 'two'])
})
