import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { parseErrors } from './parse-errors.ts'

test('a file that cannot be parsed is found, so that no rule passes over it', () => {
  expect(findingsIn(parseErrors, { 'packages/core/src/a.ts': 'const = 1' })).not.toEqual([])
})
