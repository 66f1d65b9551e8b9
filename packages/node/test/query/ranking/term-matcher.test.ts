import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from '../../../src/query/query-language/parse-query.ts'
import { TermMatcher } from '../../../src/query/ranking/term-matcher.ts'

const matcherOf = (query: string): TermMatcher => new TermMatcher(parseQuery(query).terms)

function found(query: string, text: string): string[] {
  return matcherOf(query)
    .matches(text)
    .map(({ start, end }) => text.slice(start, end))
}

describe('a matcher finds', () => {
  test.each([
    ['docking', 'The ship docked; docks open.', ['docked', 'docks']],
    ['study', 'Studies of a student, studied.', ['Studies', 'studied']],
    ['queue', 'uploadQueue and upload_queue', ['Queue', 'queue']],
    ['deplo*', 'deployed, redeploy', ['deployed']],
    ['café', 'CAFE Café', ['CAFE', 'Café']],
    ['北京', '我住在北京市', ['北京']],
    ['the window', 'the window', ['window']],
    ['the', 'the window', ['the']],
    ['-window door', 'window door', ['door']],
    ['"rate limit"', 'a limit of the rate', ['limit', 'rate']]
  ])('of %j in %j: %j', (query, text, words) => {
    expect(found(query, text)).toEqual(words)
  })
})

test('nothing is found without words, and the share is 0', () => {
  expect(matcherOf('tag:x').matches('x tag')).toEqual([])
  expect(matcherOf('tag:x').share('x')).toBe(0)
})

test('the share counts different words, wherever they stand', () => {
  const matcher = matcherOf('red green blue')

  expect(matcher.share('red red', 'Green')).toBeCloseTo(2 / 3)
  expect(matcher.share('nothing')).toBe(0)
  expect(matcher.shareOf(matcher.matches('blue red green'))).toBe(1)
})

test('the short way through plain English finds what the long way finds', () => {
  const word = fc.constantFrom(
    'stor',
    'stories',
    'story',
    'Story',
    'restore',
    'getStoryLine',
    'HTTPStory',
    'x_stories',
    '9',
    'y',
    'yes'
  )
  const text = fc.array(fc.oneof(word, fc.constantFrom(' ', '. ', '_', '-', ''))).map((parts) => parts.join(''))
  const query = fc.array(fc.oneof(word, fc.constant('stor*')), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(query, text, (words, plain) => {
      const matcher = matcherOf(words.join(' '))
      // A character beyond ASCII sends the same text the long way.
      expect(matcher.matches(plain)).toEqual(matcher.matches(`${plain} —`))
    })
  )
})
