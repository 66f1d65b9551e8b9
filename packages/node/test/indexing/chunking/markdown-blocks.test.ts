import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markdownSections } from '../../../src/indexing/chunking/markdown-blocks.ts'

/** The blocks of every section, as texts. */
const blocksOf = (text: string) =>
  markdownSections(text).map((section) => section.map(({ start, end }) => text.slice(start, end)))

/*
 * Goal: every line stands under the headings that are above it, fences and their content included.
 * Method: random headings, lines and fences against a reader that looks at one line after another and keeps nothing
 * but an array of headings.
 */
test('every line stands under its headings', () => {
  const heading = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(9)).map(([level, n]) => `${'#'.repeat(level)} h${n}`)
  const lines = fc.array(fc.oneof(heading, fc.constantFrom('text', '', '```', '~~~', '```js', '> # quote', '| a |')))
  fc.assert(
    fc.property(lines, (all) => {
      const text = all.map((line, n) => (line === 'text' ? `text ${n}` : line)).join('\n')
      const blocks = markdownSections(text).flat()

      for (const { at, trail } of plainTrails(text)) {
        const around = blocks.filter(({ start, end }) => start <= at && at < end)
        expect(around.map(({ headings }) => headings)).toEqual([trail])
      }
    })
  )
})

test('rows of a table are one block, and a paragraph beside it another', () => {
  expect(blocksOf('before\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nafter')).toEqual([
    ['before', '| a | b |\n|---|---|\n| 1 | 2 |', 'after']
  ])
})

test('items of nested lists are blocks, the deeper the worse to cut before', () => {
  const text = '- one\n  - inner\n    goes on\n  - second\n\n    below\n- two'

  expect(blocksOf(text)).toEqual([['- one', '  - inner\n    goes on', '  - second', '    below', '- two']])
  expect(markdownSections(text)[0]?.map(({ depth }) => depth)).toEqual([1, 3, 3, 2, 1])
})

test('a fence is one block with its language and content, whatever is in it', () => {
  const text = '````ts\n# no heading\n\n```\n- no item\n````\nafter'
  const [section] = markdownSections(text)

  expect(blocksOf(text)).toEqual([['````ts\n# no heading\n\n```\n- no item\n````', 'after']])
  expect(section?.[0]?.code).toEqual({ language: 'ts', start: 7, end: text.indexOf('````\nafter') })
})

/** Where lines that are text begin, and the headings above each. */
function plainTrails(text: string): { at: number; trail: string[] }[] {
  const found: { at: number; trail: string[] }[] = []
  const headings: (string | undefined)[] = []
  let fence: string | undefined
  let at = 0
  for (const line of text.split('\n')) {
    const mark = /^(?:`{3}|~{3})/.exec(line)?.[0]
    const level = fence === undefined ? (/^#+(?= )/.exec(line)?.[0].length ?? 0) : 0
    if (mark !== undefined && fence === undefined) fence = mark
    else if (mark !== undefined && line === fence) fence = undefined
    if (level > 0) {
      headings.length = Math.min(headings.length, level - 1)
      headings[level - 1] = line.slice(level + 1)
    }
    if (line.startsWith('text')) found.push({ at, trail: headings.filter((each) => each !== undefined).map(String) })
    at += line.length + 1
  }
  return found
}
