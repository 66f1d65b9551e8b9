import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Chunk } from '../../../src/indexing/chunking/chunk.ts'
import { createChunker } from '../../../src/indexing/chunking/chunker.ts'
import { estimateTokens } from '../../../src/indexing/chunking/token-estimate.ts'
import { chunkSource } from './chunk-source.ts'

const chunker = await createChunker()
const smallChunker = await createChunker({ limits: { chunkTokensTarget: 16, chunkTokensMax: 32 } })
const ENDINGS = ['md', 'txt', 'ts', 'py', 'yaml', 'css', 'cpp']

const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\n\n', '\r\n\r\n', ' \n\t')
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.lorem({ maxCount: 30 }),
  fc.constantFrom(
    '# One',
    '```ts',
    '```',
    '- item',
    '  - item',
    '| a |',
    '---',
    '===',
    '<!--',
    '-->',
    '> quote',
    '    x',
    '\t',
    '\uFEFF'
  ),
  fc.constantFrom(
    'function f() {',
    '}',
    'class A:',
    '😀😀😀',
    '\u0000',
    '漢字かな交じり文。',
    '"',
    '(',
    'x'.repeat(900),
    '漢'.repeat(300)
  ),
  lineEnd
)
const bodies = fc
  .array(fc.tuple(piece, fc.option(lineEnd, { nil: '' })), { maxLength: 60 })
  .map((all) => all.flat().join(''))

/*
 * Goal: whatever a body is, its chunks are stretches of it, cover all that is not blank, are small
 * enough and cut no code point.
 * Method: random bodies of words, markup, code, odd line ends and any code points, in every kind of format.
 */
test('chunks are stretches of the body that together hold all of it', () => {
  fc.assert(
    fc.property(bodies, fc.constantFrom(...ENDINGS), (body, ending) => {
      const chunks = smallChunker.chunk(chunkSource({ path: `/a.${ending}`, body }))
      expectWhole(body, chunks)
      expect(Math.max(0, ...chunks.map(({ text }) => estimateTokens(text)))).toBeLessThanOrEqual(32)
      expect(new Set(chunks.map(({ id }) => id)).size).toBe(chunks.length)
    })
  )
})

/*
 * Goal: an edit embeds again what it touched, and little more.
 * Method: put a paragraph on top of many random ones; at most the chunk it falls into may change.
 */
test.each(['md', 'txt'])('a paragraph put on top of %s leaves all chunks but the first as they were', (ending) => {
  const paragraphs = fc.array(fc.lorem({ maxCount: 60 }), { minLength: 1, maxLength: 40, size: 'max' })
  fc.assert(
    fc.property(paragraphs, fc.lorem({ maxCount: 60 }), (below, top) => {
      const path = `/a.${ending}`
      const before = smallChunker.chunk(chunkSource({ path, body: below.join('\n\n') }))
      const after = new Set(
        smallChunker.chunk(chunkSource({ path, body: [top, ...below].join('\n\n') })).map(({ id }) => id)
      )
      expect(before.slice(1).filter(({ id }) => !after.has(id))).toEqual([])
    })
  )
})

test.each(['', ' ', '\n\r\n\t\u3000\uFEFF'])('a body with nothing in it has no chunks', (body) => {
  expect(chunker.chunk(chunkSource({ body }))).toEqual([])
})

test('a context with nothing but fields has chunks of its fields', () => {
  const [chunk, ...rest] = chunker.chunk(
    chunkSource({ fields: { status: 'open', owner: { name: 'Ada' }, tags: ['a', 'b'] } })
  )
  expect(chunk).toMatchObject({ part: 'fields', format: 'fields', start: 0 })
  expect(chunk?.text).toBe('owner/name: Ada\nstatus: open\ntags: a, b')
  expect(rest).toEqual([])
})

test('equal pieces of one context have ids of their own and one content hash', () => {
  const chunks = chunker.chunk(chunkSource({ path: '/a.md', body: '# A\n\nsame\n\n# A\n\nsame\n' }))
  expect(chunks.map(({ id }) => id)).toEqual([`${chunks[0]?.contentHash}.0`, `${chunks[0]?.contentHash}.1`])
})

test('only a block that had to be cut is repeated in part', () => {
  const sentences = Array.from({ length: 100 }, (_, index) => `Sentence number ${index} says a little about it.`)
  const chunks = chunker.chunk(chunkSource({ body: sentences.join(' ') }))
  const overlaps = chunks.slice(1).map((chunk, index) => (chunks[index]?.end ?? 0) - chunk.start)
  expect(chunks.length).toBeGreaterThan(3)
  expect(Math.min(...overlaps)).toBeGreaterThan(0)
  expect(Math.max(...overlaps)).toBeLessThanOrEqual(100)
})

test.each(ENDINGS)('a body of one megabyte in a single line is cut in .%s', (ending) => {
  const body = 'a😀(漢 '.repeat(175_000)
  expectWhole(body, chunker.chunk(chunkSource({ path: `/a.${ending}`, body })))
})

function expectWhole(body: string, chunks: readonly Chunk[]): void {
  let reached = 0
  for (const { start, end, text } of chunks) {
    expect(text).toBe(body.slice(start, end))
    if (start > reached && body.slice(reached, start).trim() !== '')
      expect.unreachable(`Nothing holds ${reached}–${start}`)
    for (const edge of [start, end])
      expect(/^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(body.slice(edge - 1, edge + 1))).toBe(false)
    reached = Math.max(reached, end)
  }
  expect(body.slice(reached).trim()).toBe('')
}
