import { describe, expect, test } from 'vitest'
import { checkedLink, checkedTag } from '../../src/content/tags-and-links.ts'

const invalid = expect.objectContaining({ code: 'CONTENT_INVALID' })

describe('a tag', () => {
  test('is any text of up to 256 bytes', () => {
    for (const tag of ['a', 'zwei Wörter', '😀'.repeat(64), 'x'.repeat(256)]) expect(checkedTag(tag)).toBe(tag)
  })

  test.each(['', 'x'.repeat(257), '😀'.repeat(65), 'a\u0000b', 'a\nb', '\u007f', '\ud800', 7])('is not %j', (tag) => {
    expect(() => checkedTag(tag)).toThrow(invalid)
  })
})

describe('a link', () => {
  test('leads to a path, which is brought into its one spelling', () => {
    expect(checkedLink({ rel: 'see', to: '/cafe\u0301' })).toEqual({ rel: 'see', to: '/caf\u00e9' })
  })

  test.each<[unknown]>([
    [undefined],
    [{}],
    [{ to: '/a' }],
    [{ rel: 'a\u0000b', to: '/a' }],
    [{ rel: '', to: '/a' }],
    [{ rel: 'see', to: 1 }]
  ])('is not %j', (link) => {
    expect(() => checkedLink(link)).toThrow(invalid)
  })

  test('does not lead to what is not a path', () => {
    expect(() => checkedLink({ rel: 'see', to: 'a' })).toThrow(expect.objectContaining({ code: 'PATH_INVALID' }))
  })
})
