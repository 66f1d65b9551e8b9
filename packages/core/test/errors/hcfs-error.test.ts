import { describe, expect, test } from 'vitest'
import { HcfsError, hasErrorCode, isErrorCode } from '../../src/errors/hcfs-error.ts'

describe('an error', () => {
  test('carries its code, what a caller may do, identifiers and the cause', () => {
    const cause = new Error('socket closed')
    const error = new HcfsError('TIMED_OUT', 'No answer in 5 s', { cause, details: { waitedMs: 5_000 } })
    expect(error).toMatchObject({ name: 'HcfsError', code: 'TIMED_OUT', retryable: true, message: 'No answer in 5 s' })
    expect(error.cause).toBe(cause)
    expect(error.details).toEqual({ waitedMs: 5_000 })
  })

  test('has neither cause nor details unless given', () => {
    const error = new HcfsError('BAD_REQUEST', 'No')
    expect('cause' in error).toBe(false)
    expect(error.details).toEqual({})
    expect(error.retryable).toBe(false)
  })

  test('survives the way through JSON, without what stays on this machine', () => {
    const error = new HcfsError('PATH_INVALID', 'Bad path', {
      cause: new Error('inner'),
      details: { segment: 2, rule: 'x', a: true }
    })
    const read = HcfsError.fromJSON(JSON.parse(JSON.stringify(error)))
    expect(read).toBeInstanceOf(HcfsError)
    expect(read.toJSON()).toEqual(error.toJSON())
    expect(JSON.stringify(error)).not.toMatch(/inner|stack/)
  })
})

describe('JSON of another version', () => {
  test('with a code that is unknown here keeps that code in the details', () => {
    const read = HcfsError.fromJSON({ code: 'QUOTA_EXCEEDED', message: 'Too much', details: { usedBytes: 9 } })
    expect(read).toMatchObject({ code: 'UNKNOWN_ERROR', message: 'Too much', retryable: false })
    expect(read.details).toEqual({ usedBytes: 9, code: 'QUOTA_EXCEEDED' })
    expect(HcfsError.fromJSON(read.toJSON()).details).toEqual(read.details)
  })

  test.each(['constructor', 'toString', '__proto__', ''])(
    'with the code %j gets no code from the prototype',
    (code) => {
      expect(HcfsError.fromJSON({ code, message: 'x' }).code).toBe('UNKNOWN_ERROR')
    }
  )

  test('keeps only details that are plain', () => {
    const details = { a: 'x', b: 1, c: false, d: null, e: { f: 1 }, g: [1] }
    expect(HcfsError.fromJSON({ code: 'BAD_REQUEST', message: 'x', details }).details).toEqual({
      a: 'x',
      b: 1,
      c: false
    })
  })

  test.each([null, undefined, 7, 'text', [], {}, { message: 4 }, { code: 1, details: 'x' }])(
    'that is %j is an error still',
    (json) => {
      const read = HcfsError.fromJSON(json)
      expect(read.code).toBe('UNKNOWN_ERROR')
      expect(read.message).toMatch(/^The other side reported/)
      expect(read.details).toEqual({})
    }
  )
})

describe('asking for a code', () => {
  test('works for errors of another copy of this package', () => {
    const foreign = Object.assign(new Error('x'), { code: 'TIMED_OUT' })
    expect(hasErrorCode(foreign, 'TIMED_OUT')).toBe(true)
    expect(hasErrorCode(foreign, 'BAD_REQUEST')).toBe(false)
  })

  test.each([undefined, null, 'TIMED_OUT', { code: 'TIMED_OUT' }, new Error('TIMED_OUT')])(
    'of what is no error with a code says no: %o',
    (value) => {
      expect(hasErrorCode(value, 'TIMED_OUT')).toBe(false)
    }
  )

  test('knows the codes of the registry and no others', () => {
    expect(['TIMED_OUT', 'timed_out', 'hasOwnProperty'].map(isErrorCode)).toEqual([true, false, false])
  })
})
