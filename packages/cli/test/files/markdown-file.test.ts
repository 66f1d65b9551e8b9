import { EMPTY_CONTENT } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markdownOf, partsOfMarkdown } from '../../src/files/markdown-file.ts'
import { awkwardContent } from './awkward-contexts.ts'

test('a context comes back from Markdown as it was', () => {
  fc.assert(
    fc.property(awkwardContent, (content) => {
      expect({ ...EMPTY_CONTENT, ...partsOfMarkdown(markdownOf(content)) }).toEqual(content)
    }),
    { numRuns: 1_000 }
  )
})

test('a context that is only text is only text', () => {
  expect(markdownOf({ ...EMPTY_CONTENT, body: '# Notes\n' })).toBe('# Notes\n')
})

test('title, tags and fields stand where other tools look for them', () => {
  const content = { ...EMPTY_CONTENT, body: 'text\n', fields: { status: 'open' }, tags: ['a'], meta: { title: 'Plan' } }
  expect(markdownOf(content)).toBe('---\ntitle: Plan\ntags:\n  - a\nstatus: open\n---\ntext\n')
})

test.each([
  [
    '---\ntitle: T\ntags: one, two three\ndate: 2026-01-31\n---\nbody',
    { body: 'body', meta: { title: 'T' }, tags: ['one', 'two', 'three'], fields: { date: '2026-01-31' } }
  ],
  ['---\r\na: 1\r\n---\r\nbody', { body: 'body', fields: { a: 1 } }],
  ['\uFEFF---\na: 1\n---\n', { body: '', fields: { a: 1 } }],
  ['---\nhcfs: of somebody else\n---\n', { body: '', fields: { hcfs: 'of somebody else' } }],
  ['---\n\nA rule, then text\n\n---\n', { body: '---\n\nA rule, then text\n\n---\n' }],
  ['---\na: [\n---\n', { body: '---\na: [\n---\n' }],
  ['no front matter', { body: 'no front matter' }]
])('%j of others is understood', (text, parts) => {
  expect(partsOfMarkdown(text)).toEqual(parts)
})

test('a number that JSON has not is refused', () => {
  expect(() => partsOfMarkdown('---\na: .nan\n---\n')).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
})
