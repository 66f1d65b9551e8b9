import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commitId, deviceId, docId, grantId, ID_BYTES, idToBytes, networkId, payloadHash } from '../../src/ids/ids.ts'

const PARSERS = { commitId, docId, payloadHash, networkId, deviceId, grantId }
const TEXT = 'ab'.repeat(32)

describe.each(Object.entries(PARSERS))('%s', (_, parse) => {
  test('takes 64 lower-case hexadecimal digits as they are', () => {
    expect(parse(TEXT)).toBe(TEXT)
  })

  test('takes 32 bytes, which come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: ID_BYTES, maxLength: ID_BYTES }), (bytes) => {
        expect(idToBytes(parse(bytes))).toEqual(bytes)
      })
    )
  })

  test.each(['', 'ab', TEXT.toUpperCase(), `${TEXT}00`, TEXT.slice(1), ` ${TEXT}`, `${TEXT}\n`, 'zz'.repeat(32)])(
    'refuses %j, without repeating it',
    (text) => {
      expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'ID_INVALID' }))
      expect(() => parse(text)).toThrow(/^A [a-z ]+ is 64 lower-case hexadecimal digits$/)
    }
  )

  test.each([0, 31, 33])('refuses %d bytes', (count) => {
    expect(() => parse(new Uint8Array(count))).toThrow(expect.objectContaining({ code: 'ID_INVALID' }))
  })
})
