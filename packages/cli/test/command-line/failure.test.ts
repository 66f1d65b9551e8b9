import { HcfsError } from '@hcfs/core'
import { expect, test } from 'vitest'
import { failureOf, failureText } from '../../src/command-line/failure.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something`), { code, path: '/tmp/x' })
}

test.each([
  ['ENOENT', 3, 'FILE_NOT_FOUND'],
  ['EACCES', 6, 'FILE_REFUSED'],
  ['EROFS', 6, 'FILE_REFUSED'],
  ['EISDIR', 2, 'BAD_REQUEST'],
  ['EEXIST', 2, 'BAD_REQUEST'],
  ['EIO', 1, 'INTERNAL']
])('%s of the file system exits with %i', (systemCode, exitCode, code) => {
  expect(failureOf(systemError(systemCode))).toMatchObject({ exitCode, error: { code } })
})

test.each([
  [new HcfsError('CONTEXT_NOT_FOUND', 'none'), 3],
  [new HcfsError('NOT_CAUGHT_UP', 'late'), 4],
  [new HcfsError('NODE_NOT_RUNNING', 'none'), 5],
  [new HcfsError('SOCKET_REFUSED', 'no'), 6],
  [new TypeError('a bug'), 1],
  ['text', 1]
])('%s exits as its code says', (thrown, exitCode) => {
  expect(failureOf(thrown).exitCode).toBe(exitCode)
})

test('what a caller interrupted is no bug of ours', () => {
  expect(failureOf(AbortSignal.abort().reason).error.code).toBe('OPERATION_ABORTED')
})

test('a person reads what happened, and the code to look it up', () => {
  const text = failureText(failureOf(new HcfsError('CONTEXT_NOT_FOUND', 'There is none')), (_style, part) => part)
  expect(text).toBe('error: There is none (CONTEXT_NOT_FOUND)')
})
