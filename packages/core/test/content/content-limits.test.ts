import { FORMAT_LIMITS, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonObject, jsonValue } from '../../../../test/support/content-arbitraries.ts'
import type { ContextContent } from '../../src/content/content.ts'
import { canonicalContent, EMPTY_CONTENT } from '../../src/content/content.ts'
import { assertWithinLimits, contentBytes } from '../../src/content/content-limits.ts'
import { countValues, jsonBytesAtMost } from '../../src/content/json-size.ts'

const { bodyBytesMax, contextBytesMax, linksMax, metaKeysMax, tagsMax } = FORMAT_LIMITS

const contentWith = (parts: Partial<ContextContent>): ContextContent => ({ ...EMPTY_CONTENT, ...parts })
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`)

/** The text of a size has a head of five bytes in all of them. */
function contentOfBytes(size: number): ContextContent {
  const spentOnTheRest = contentBytes(contentWith({ fields: { f: 'x'.repeat(65_536) } })) - 65_536
  return contentWith({ fields: { f: 'x'.repeat(size - spentOnTheRest) } })
}

/** For each limit a content of a given size, in the unit of the limit. */
const SIZED: [string, number, (size: number) => ContextContent][] = [
  ['bodyBytesMax', bodyBytesMax, (size) => contentWith({ body: 'x'.repeat(size % 2) + 'é'.repeat(size / 2) })],
  ['tagsMax', tagsMax, (size) => contentWith({ tags: numbered(size) })],
  ['linksMax', linksMax, (size) => contentWith({ links: numbered(size).map((rel) => ({ rel, to: parsePath('/') })) })],
  [
    'metaKeysMax',
    metaKeysMax,
    (size) => contentWith({ meta: Object.fromEntries(numbered(size).map((key) => [key, 1])) })
  ],
  ['contextBytesMax', contextBytesMax, contentOfBytes]
]

describe.each(SIZED)('%s', (name, max, contentOf) => {
  test('allows as much as it says', () => {
    expect(() => assertWithinLimits(EMPTY_CONTENT, contentOf(max))).not.toThrow()
  })

  test('refuses one more, and names the limit', () => {
    expect(() => assertWithinLimits(EMPTY_CONTENT, contentOf(max + 1))).toThrow(
      expect.objectContaining({ code: 'CONTEXT_TOO_LARGE', details: { limit: name, size: max + 1, max } })
    )
  })

  test('lets what is above it shrink or stay, and not grow', () => {
    const above = contentOf(max + 10)
    expect(() => assertWithinLimits(above, contentOf(max + 9))).not.toThrow()
    expect(() => assertWithinLimits(above, contentOf(max + 10))).not.toThrow()
    expect(() => assertWithinLimits(above, contentOf(max + 11))).toThrow(
      expect.objectContaining({ code: 'CONTEXT_TOO_LARGE' })
    )
  })
})

test('the size of a context is that of its canonical encoding', () => {
  const content = contentWith({ body: 'x', fields: { a: [1] }, tags: ['t'] })
  expect(contentBytes(content)).toBe(canonicalContent(content).length)
})

test('the bound of a size is never below the size', () => {
  fc.assert(
    fc.property(jsonObject, (fields) => {
      const spentOnTheRest = contentBytes(EMPTY_CONTENT) - 1
      expect(jsonBytesAtMost(fields)).toBeGreaterThanOrEqual(contentBytes(contentWith({ fields })) - spentOnTheRest)
    })
  )
})

test('values are counted with those inside them', () => {
  expect(countValues([1, { a: [], b: null }])).toBe(5)
  fc.assert(
    fc.property(jsonValue, (value) => {
      let visited = 0
      JSON.stringify(value, (_key, each) => {
        visited += 1
        return each
      })
      expect(countValues(value)).toBe(visited)
    })
  )
})
