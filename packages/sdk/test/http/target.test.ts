import { parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { targetOf, versionText, withQuery } from '../../src/http/target.ts'

const SEGMENT = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !/[/\p{Cc}]/u.test(text) && text !== '.' && text !== '..' && text.isWellFormed())

test('an address leads back to its path, segment by segment', () => {
  fc.assert(
    fc.property(fc.array(SEGMENT, { maxLength: 8 }), (segments) => {
      const path = parsePath(`/${segments.join('/')}`)
      const target = targetOf('contexts', path)
      const decoded = target.slice('/v1/contexts'.length).split('/').map(decodeURIComponent).join('/')
      expect(decoded).toBe(path)
      expect(target).not.toMatch(/[?# ]/)
    })
  )
})

test('a query holds what is given, encoded', () => {
  expect(withQuery('/v1/list/', { limit: 3, recursive: false, tag: undefined, startAfter: '/a b&c' })).toBe(
    '/v1/list/?limit=3&recursive=false&startAfter=%2Fa+b%26c'
  )
  expect(withQuery('/v1/list/', { tag: undefined })).toBe('/v1/list/')
})

test('a path that is none is refused before anything is sent', () => {
  expect(() => targetOf('contexts', '/a/../b')).toThrow(expect.objectContaining({ code: 'PATH_INVALID' }))
})

test('a time travels as ISO 8601', () => {
  expect(versionText(new Date('2026-01-31T13:00:00+01:00'))).toBe('2026-01-31T12:00:00.000Z')
  expect(versionText('ab'.repeat(32))).toBe('ab'.repeat(32))
})
