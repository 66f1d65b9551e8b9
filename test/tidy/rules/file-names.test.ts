import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { fileNames } from './file-names.ts'

test.each([
  ['packages/core/src/hybridClock.ts', 'not in kebab-case'],
  ['packages/core/src/Time/clock.ts', 'not in kebab-case'],
  ['packages/core/src/hybrid_clock.ts', 'not in kebab-case'],
  ['packages/core/src/utils/clock.ts', 'names nothing'],
  ['packages/core/src/helpers.ts', 'names nothing'],
  ['docs/common/a.md', 'names nothing']
])('%s is found', (path, message) => {
  expect(findingsIn(fileNames, { [path]: '' })).toEqual([expect.stringContaining(message)])
})

test.each(['packages/core/src/hybrid-clock.ts', 'test/a.long.test.ts', 'README.md', 'docs/LIMITS.md', '.ci/run'])(
  '%s is fine',
  (path) => {
    expect(findingsIn(fileNames, { [path]: '' })).toEqual([])
  }
)
