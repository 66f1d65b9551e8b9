import type { LinesHunk } from '@hcfs/core'
import { EMPTY_CONTENT, parsePath } from '@hcfs/core'
import { applyPatch } from 'diff'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffContents } from '../../src/document/diff-contents.ts'

const MARKS = { same: ' ', removed: '-', added: '+' } as const

const bodyDiff = (before: string, after: string, contextLines = 3): readonly LinesHunk[] =>
  diffContents({ ...EMPTY_CONTENT, body: before }, { ...EMPTY_CONTENT, body: after }, { contextLines }).body

const lineOf = (number: number): string => `line ${number}\n`
const NUMBERED = Array.from({ length: 20 }, (_, index) => lineOf(index + 1)).join('')

function unified(hunk: LinesHunk): string {
  const ranges = `@@ -${hunk.beforeStart},${hunk.beforeCount} +${hunk.afterStart},${hunk.afterCount} @@\n`
  return ranges + hunk.lines.map(({ kind, text }) => MARKS[kind] + text).join('')
}

describe('the difference of two bodies', () => {
  test('is shown by line, with three lines around it', () => {
    expect(bodyDiff(NUMBERED, NUMBERED.replace('line 10\n', 'changed\n')).map(unified)).toEqual([
      '@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+changed\n line 11\n line 12\n line 13\n'
    ])
  })

  test('joins changes whose surroundings meet, and splits others', () => {
    const changed = NUMBERED.replace(lineOf(3), '').replace(lineOf(9), '').replace(lineOf(18), '')
    expect(bodyDiff(NUMBERED, changed).map(({ beforeStart, beforeCount }) => [beforeStart, beforeCount])).toEqual([
      [1, 12],
      [15, 6]
    ])
  })

  test('is one hunk when six lines lie between two changes, and two when there are seven', () => {
    const changed = (second: number): string => NUMBERED.replace(lineOf(3), '').replace(lineOf(second), '')
    expect(bodyDiff(NUMBERED, changed(10))).toHaveLength(1)
    expect(bodyDiff(NUMBERED, changed(11))).toHaveLength(2)
  })

  test('is a patch that other programs can apply', () => {
    const body = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n'), { maxLength: 12 }).map((lines) => lines.join(''))
    fc.assert(
      fc.property(body, body, fc.nat(3), (before, after, contextLines) => {
        const patch = bodyDiff(before, after, contextLines).map(unified).join('')
        expect(applyPatch(before, patch, { autoConvertLineEndings: false })).toBe(after)
      })
    )
  })

  test('gives the later body when it is applied to the earlier one', () => {
    const lines = fc.array(fc.constantFrom('a', 'a\n', 'b\n', '😀\n'), { maxLength: 12 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const [old, wanted] = [before.join(''), after.join('')]
        const kept = old.match(/[^\n]*\n|[^\n]+$/g) ?? []
        for (const { beforeStart, beforeCount, lines } of bodyDiff(old, wanted, 1).toReversed()) {
          const start = beforeCount === 0 ? beforeStart : beforeStart - 1
          kept.splice(start, beforeCount, ...lines.filter(({ kind }) => kind !== 'removed').map(({ text }) => text))
        }
        expect(kept.join('')).toBe(wanted)
      })
    )
  })
})

test('the difference of two contents names pointers with their values, tags and links', () => {
  const before = {
    ...EMPTY_CONTENT,
    fields: { same: [1], 'a/b': { x: 1, y: 1 }, gone: null },
    meta: { title: 'T' },
    tags: ['a', 'b'],
    links: [{ rel: 'see', to: parsePath('/a') }]
  }
  const after = {
    ...EMPTY_CONTENT,
    fields: { same: [1], 'a/b': { x: 2, y: 1 }, fresh: {} },
    tags: ['b', 'c'],
    links: [{ rel: 'see', to: parsePath('/b') }]
  }
  expect(diffContents(before, after)).toEqual({
    body: [],
    fields: [
      { pointer: '/a~1b/x', before: 1, after: 2 },
      { pointer: '/gone', before: null },
      { pointer: '/fresh', after: {} }
    ],
    meta: [{ pointer: '/title', before: 'T' }],
    tags: { added: ['c'], removed: ['a'] },
    links: { added: [{ rel: 'see', to: '/b' }], removed: [{ rel: 'see', to: '/a' }] }
  })
})
