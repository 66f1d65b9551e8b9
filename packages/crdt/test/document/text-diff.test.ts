import { TextBuffer } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { text } from '../../../../test/support/content-arbitraries.ts'
import type { TextEdit } from '../../src/document/text-diff.ts'
import { textEdits } from '../../src/document/text-diff.ts'

/** Applied one after another, refusing positions inside surrogate pairs. */
function applied(before: string, edits: readonly TextEdit[]): string {
  const buffer = new TextBuffer(before)
  for (const { at, deleted, inserted } of edits) {
    buffer.delete(at, deleted)
    buffer.insert(at, inserted)
  }
  return buffer.toString()
}

function shown(before: string, after: string): string[] {
  let result = before
  return textEdits(before, after).map(({ at, deleted, inserted }) => {
    const edit = `${result.slice(at, at + deleted)} -> ${inserted}`
    result = result.slice(0, at) + inserted + result.slice(at + deleted)
    return edit
  })
}

describe('the edits between two texts', () => {
  test('give exactly the new text, and never cut a surrogate pair', () => {
    const lines = fc.array(text, { maxLength: 8 }).map((each) => each.join('\n'))
    fc.assert(
      fc.property(lines, lines, (before, after) => applied(before, textEdits(before, after)) === after),
      { numRuns: 500 }
    )
  })

  test('leave the pair alone when two emoji share half of their units', () => {
    expect(textEdits('😀', '😁')).toEqual([{ at: 0, deleted: 2, inserted: '😁' }])
    expect(textEdits('😀', '🐀')).toEqual([{ at: 0, deleted: 2, inserted: '🐀' }])
    expect(textEdits('😀', '🨀')).toEqual([{ at: 0, deleted: 2, inserted: '🨀' }])
  })

  test('are one for each line that changed', () => {
    expect(shown('one\ntwo\nthree\nfour\n', 'one\nTWO\nthree\nFOUR\n')).toEqual(['two -> TWO', 'four -> FOUR'])
  })

  test('touch single words of a line that was edited', () => {
    expect(shown('The docking window is on Monday morning.', 'The docking window is on Tuesday morning.')).toEqual([
      'Monday -> Tuesday'
    ])
  })

  test('replace a line that was rewritten as a whole', () => {
    expect(shown('a sly fox ran off', 'the old dog has a nap')).toEqual(['a sly fox ran off -> the old dog has a nap'])
  })

  test('take scripts without spaces character by character', () => {
    expect(shown('会議は月曜日です。', '会議は火曜日です。')).toEqual(['月 -> 火'])
  })

  test('insert lines and delete lines without touching their neighbours', () => {
    expect(shown('a\nb\n', 'a\nnew\nb\n')).toEqual([' -> new\n'])
    expect(shown('a\nold\nb\n', 'a\nb\n')).toEqual(['old\n -> '])
  })

  test('are none for equal texts', () => {
    expect(textEdits('same\n', 'same\n')).toEqual([])
  })

  test('fit one update even if every other line of a long text changes', () => {
    const before = Array.from({ length: 12_000 }, (_, index) => `line ${index} ${index % 2 === 0 ? 'old' : ''}\n`).join(
      ''
    )
    const after = before.replaceAll('old', 'new')
    const edits = textEdits(before, after)
    expect(edits.length).toBeLessThanOrEqual(5_000)
    expect(applied(before, edits)).toBe(after)
  })

  test('are small also when more lines moved or went than are compared one by one', () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => (index % 2 === 0 ? '}\n' : `line ${index}\n`))
    const after = lines.filter((_, index) => index % 4 !== 2)
    const edits = textEdits(lines.join(''), after.join(''))
    expect(applied(lines.join(''), edits)).toBe(after.join(''))
    expect(edits.reduce((sum, { deleted, inserted }) => sum + deleted + inserted.length, 0)).toBe(1_250 * 2)
  })
})
