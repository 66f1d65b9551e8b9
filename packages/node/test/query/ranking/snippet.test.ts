import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Match } from '../../../src/query/ranking/snippet.ts'
import { snippetOf } from '../../../src/query/ranking/snippet.ts'

function matchesOf(text: string, words: readonly string[]): Match[] {
  return words
    .flatMap((word, term) => [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => ({ index, word, term })))
    .map(({ index, word, term }) => ({ start: index, end: index + word.length, term }))
    .toSorted((a, b) => a.start - b.start)
}

const FILLER = 'nothing to see in this sentence at all. '

describe('a snippet', () => {
  test('of a short text is the text', () => {
    const text = 'We dock on Tuesday.'

    expect(snippetOf(text, matchesOf(text, ['dock']), { lengthMax: 240 })).toEqual({
      snippet: text,
      highlights: [[3, 7]]
    })
  })

  test('shows where most different words of the query stand together', () => {
    const text = `dock dock dock. ${FILLER.repeat(10)}We dock on Tuesday. ${FILLER.repeat(10)}`

    const { snippet } = snippetOf(text, matchesOf(text, ['dock', 'Tuesday']), { lengthMax: 120 })

    expect(snippet).toContain('We dock on Tuesday.')
  })

  test('begins and ends between words', () => {
    const text = `${FILLER.repeat(6)}We dock on Tuesday. ${FILLER.repeat(6)}`

    const { snippet } = snippetOf(text, matchesOf(text, ['dock']), { lengthMax: 100 })

    expect(` ${text} `).toContain(` ${snippet.trim()} `)
  })

  test('of a text without a match is its beginning', () => {
    expect(snippetOf(FILLER.repeat(20), [], { lengthMax: 60 }).snippet.startsWith('nothing to see')).toBe(true)
  })

  test('highlights exactly what matches, in order and without overlaps, and never cuts a character', () => {
    const text = fc.array(fc.constantFrom('dock', 'tuesday', ' ', '\n', '🚀', 'é', 'filler', '会議'), {
      maxLength: 200
    })
    fc.assert(
      fc.property(text, fc.integer({ min: 80, max: 300 }), (pieces, lengthMax) => {
        const whole = pieces.join('')
        const { snippet, highlights } = snippetOf(whole, matchesOf(whole, ['dock', 'tuesday']), { lengthMax })
        expect(whole).toContain(snippet)
        expect(snippet.length).toBeLessThanOrEqual(lengthMax)
        expect(snippet.isWellFormed()).toBe(true)
        for (const [start, end] of highlights) expect(['dock', 'tuesday']).toContain(snippet.slice(start, end))
        expect(highlights.flat()).toEqual(highlights.flat().toSorted((a, b) => a - b))
      })
    )
  })
})
