import { ERROR_CODES, HcfsError, isErrorCode } from '@hcfs/core'
import { expect, test } from 'vitest'
import { problemOf, publicError } from '../../src/answers/problem.ts'

test.each(Object.keys(ERROR_CODES).filter(isErrorCode))('%s becomes a problem with its status', (code) => {
  const problem = problemOf(new HcfsError(code, 'what happened', { details: { path: '/a' } }))
  expect(problem).toMatchObject({
    code,
    status: ERROR_CODES[code].httpStatus,
    detail: 'what happened',
    details: { path: '/a' }
  })
  expect(problem.type).toBe(`urn:hcfs:error:${code}`)
})

test('an expected failure is shown as it is', () => {
  const error = new HcfsError('CONTEXT_NOT_FOUND', 'There is none')
  expect(publicError(error)).toBe(error)
})

test('an expected failure of another copy of the package is one too', () => {
  const error = Object.assign(new Error('There is none'), { code: 'CONTEXT_NOT_FOUND', details: { path: '/a' } })
  expect(publicError(error)).toMatchObject({
    code: 'CONTEXT_NOT_FOUND',
    message: 'There is none',
    details: { path: '/a' }
  })
})

test.each([new Error('secret'), Object.assign(new Error('secret'), { code: 'ENOENT' }), 'secret', undefined])(
  'nothing of an unexpected failure is shown (%s)',
  (thrown) => {
    const shown = publicError(thrown)
    expect(shown.code).toBe('INTERNAL')
    expect(JSON.stringify(problemOf(shown))).not.toContain('secret')
  }
)
