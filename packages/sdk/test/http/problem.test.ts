import { expect, test } from 'vitest'
import { errorOfProblem } from '../../src/http/problem.ts'

test('a problem body is the error that the node had', () => {
  const text = JSON.stringify({
    code: 'CONTEXT_NOT_FOUND',
    detail: 'There is none',
    details: { path: '/a' },
    status: 404
  })
  expect(errorOfProblem(text, 404)).toMatchObject({
    code: 'CONTEXT_NOT_FOUND',
    message: 'There is none',
    details: { path: '/a' }
  })
})

test('a code of a newer node is kept in the details', () => {
  const text = JSON.stringify({ code: 'MOON_TOO_FULL', detail: 'Wait' })
  expect(errorOfProblem(text, 503)).toMatchObject({ code: 'UNKNOWN_ERROR', details: { code: 'MOON_TOO_FULL' } })
})

test.each(['', '<html>', '[]', 'null', '{"error":"Bad Request"}'])('%j tells no more than its status', (text) => {
  expect(errorOfProblem(text, 502)).toMatchObject({ code: 'UNKNOWN_ERROR', details: { status: 502 } })
})
