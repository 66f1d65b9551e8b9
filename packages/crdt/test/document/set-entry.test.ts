import { deviceId } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { isMapRoot, readMapEntry } from '../../src/document/map-entry.ts'
import { keyOwner, ownedKey } from '../../src/document/owned-key.ts'
import { readLinkEntry, readTagEntry } from '../../src/document/set-entry.ts'

const OWNER = keyOwner({ author: deviceId('ab'.repeat(32)), incarnation: 1 }, 3)

describe('an entry of tags', () => {
  test('is a key of tag and writer, and true', () => {
    expect(readTagEntry(ownedKey('red', OWNER), true)).toEqual({ tag: 'red', owner: OWNER })
  })

  test.each<[string, string, unknown]>([
    ['another value', ownedKey('red', OWNER), 1],
    ['no writer', 'red', true],
    ['an empty tag', ownedKey('', OWNER), true],
    ['a tag that is too long', ownedKey('x'.repeat(257), OWNER), true],
    ['a tag with NUL', ownedKey('a\u0000b', OWNER), true]
  ])('is not one with %s', (_what, key, stored) => {
    expect(readTagEntry(key, stored)).toBeUndefined()
  })
})

describe('an entry of links', () => {
  test('is a key of relation, target and writer, and true', () => {
    expect(readLinkEntry(ownedKey('see\u0000/a', OWNER), true)).toEqual({
      link: { rel: 'see', to: '/a' },
      owner: OWNER
    })
  })

  test.each<[string, string, unknown]>([
    ['another value', ownedKey('see\u0000/a', OWNER), false],
    ['no target', ownedKey('see', OWNER), true],
    ['a target that is no path', ownedKey('see\u0000a', OWNER), true],
    ['a target that is not in its one spelling', ownedKey('see\u0000/cafe\u0301', OWNER), true],
    ['no relation', ownedKey('\u0000/a', OWNER), true]
  ])('is not one with %s', (_what, key, stored) => {
    expect(readLinkEntry(key, stored)).toBeUndefined()
  })
})

test('validation learns from every map entry who may write it, and from registers when it was written', () => {
  expect(readMapEntry('fields', ownedKey('/a', OWNER), [5, 1])).toMatchObject({ owner: OWNER, time: 5 })
  expect(readMapEntry('meta', ownedKey('/a', OWNER), [5])).toMatchObject({ owner: OWNER, time: 5 })
  expect(readMapEntry('tags', ownedKey('a', OWNER), true)).toEqual({ owner: OWNER, time: undefined })
  expect(readMapEntry('links', ownedKey('a\u0000/b', OWNER), true)).toEqual({ owner: OWNER, time: undefined })
  expect(readMapEntry('tags', ownedKey('a', OWNER), [5, 1])).toBeUndefined()
})

test('the roots with keys are the four maps', () => {
  expect(['body', 'fields', 'meta', 'tags', 'links', 'toString'].filter(isMapRoot)).toEqual([
    'fields',
    'meta',
    'tags',
    'links'
  ])
})
