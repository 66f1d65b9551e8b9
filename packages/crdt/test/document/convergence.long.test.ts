import fc from 'fast-check'
import { test } from 'vitest'
import { convergence } from './convergence.ts'

// As in convergence.test.ts, in longer histories and many more of them.
test('replicas with long histories hold the same content', { timeout: 600_000 }, () => {
  fc.assert(convergence(60), { numRuns: 3_000 })
})
