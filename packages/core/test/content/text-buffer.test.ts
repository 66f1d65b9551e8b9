import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { text } from '../../../../test/support/content-arbitraries.ts'
import { TextBuffer } from '../../src/content/text-buffer.ts'

const badRequest = expect.objectContaining({ code: 'BAD_REQUEST' })

describe('a text buffer', () => {
  test.each([
    ['a position before the start', -1],
    ['a position after the end', 4],
    ['half a position', 0.5],
    ['no number', Number.NaN]
  ])('refuses %s', (_what, at) => {
    const buffer = new TextBuffer('abc')
    expect(() => buffer.insert(at, 'x')).toThrow(badRequest)
    expect(() => buffer.delete(at, 1)).toThrow(badRequest)
    expect(buffer.toString()).toBe('abc')
  })

  test('refuses to delete past the end, or a negative length', () => {
    const buffer = new TextBuffer('abc')
    expect(() => buffer.delete(1, 3)).toThrow(badRequest)
    expect(() => buffer.delete(1, -1)).toThrow(badRequest)
    expect(buffer.toString()).toBe('abc')
  })

  test('refuses to insert or to delete inside a surrogate pair', () => {
    const buffer = new TextBuffer('a😀b')
    expect(() => buffer.insert(2, 'x')).toThrow(badRequest)
    expect(() => buffer.delete(2, 1)).toThrow(badRequest)
    expect(() => buffer.delete(1, 1)).toThrow(badRequest)
    buffer.delete(1, 2)
    expect(buffer.toString()).toBe('ab')
  })

  test('refuses half of a surrogate pair', () => {
    const buffer = new TextBuffer('')
    expect(() => buffer.insert(0, '\ud83d')).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
    expect(() => buffer.replace('\ude00')).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }))
  })

  test('stays quick when a text is typed letter by letter at both ends', () => {
    const buffer = new TextBuffer('')
    for (let count = 0; count < 50_000; count += 1) buffer.insert(count % 2 === 0 ? 0 : buffer.length, 'x')
    expect(buffer.toString()).toBe('x'.repeat(50_000))
  })
})

/*
 * Goal: after any edits the buffer holds what a plain string would.
 * Method: the same edits on both, of texts long enough to be kept in several
 * pieces; positions are taken from the code points of the string.
 */
test('a text buffer holds what a plain string would', () => {
  const edit = fc.record({ at: fc.nat(), length: fc.nat(30_000), insert: text, times: fc.constantFrom(1, 2, 3_000) })
  fc.assert(
    fc.property(text, fc.array(edit, { maxLength: 10 }), (start, edits) => {
      const buffer = new TextBuffer(start)
      let plain = start
      for (const { at, length, insert, times } of edits) {
        const points = [...plain]
        const from = at % (points.length + 1)
        const left = points.slice(0, from).join('')
        const gone = points.slice(from, from + length).join('')
        buffer.delete(left.length, gone.length)
        buffer.insert(left.length, insert.repeat(times))
        plain = left + insert.repeat(times) + plain.slice(left.length + gone.length)
        expect(buffer.length).toBe(plain.length)
      }
      expect(buffer.toString()).toBe(plain)
    })
  )
})
