import { expect, test } from 'vitest'
import { codeBlocks, headingAnchors, inlineCode, localLinks, proseLines } from './markdown.ts'

const page = (...lines: string[]): string => lines.join('\n')

test('a code block has its language, its content and its place', () => {
  expect(codeBlocks(page('Run', '```sh', 'npm test', '```', 'now'))).toEqual([
    { language: 'sh', content: 'npm test', opensAt: 1, closesAt: 3 }
  ])
})

test('a longer fence may hold a shorter one', () => {
  expect(codeBlocks(page('````md', '```ts', 'x', '```', '````')).map((block) => block.content)).toEqual([
    page('```ts', 'x', '```')
  ])
})

test('a fence that is never closed runs to the end of the page', () => {
  expect(proseLines(page('before', '```', '# not a heading'))).toEqual(['before', '', ''])
})

test('headings become anchors as GitHub makes them', () => {
  const anchors = headingAnchors(page('# What is `HCFS`?', '## Write path, read path', '```', '# code', '```'))
  expect([...anchors]).toEqual(['what-is-hcfs', 'write-path-read-path'])
})

test('a heading that stands twice gets a number', () => {
  expect([...headingAnchors(page('## Limits', '## [Limits](LIMITS.md)'))]).toEqual(['limits', 'limits-1'])
})

test('links are found inline, over line ends and in definitions, but not in code', () => {
  const text = page('[a](a.md) [two', 'words](b.md#x "title")', '`[c](c.md)`', '```', '[d](d.md)', '```', '[e]: e.md')
  expect(localLinks(text)).toEqual(['a.md', 'b.md#x', 'e.md'])
})

test('web and mail addresses are not local links', () => {
  expect(localLinks('[a](https://example.org/a) [b](mailto:b@example.org)')).toEqual([])
})

test('inline code is what stands between backticks', () => {
  expect(inlineCode(page('Use `npm test` and `git`.', '```', '`not this`', '```'))).toEqual(['npm test', 'git'])
})
