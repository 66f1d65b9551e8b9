import { expect, test } from 'vitest'
import { cyclesOf } from '../cycles.ts'
import { findingsIn } from '../findings-in.ts'
import { importCycles } from './import-cycles.ts'

test('two files that import each other are found, even when one imports only types', () => {
  const findings = findingsIn(importCycles, {
    'packages/core/src/a.ts': "import { b } from './b.ts'",
    'packages/core/src/b.ts': "import type { A } from './a.ts'"
  })

  expect(findings).toEqual([
    expect.stringContaining('packages/core/src/a.ts → packages/core/src/b.ts → packages/core/src/a.ts')
  ])
})

test('packages that need each other are found although no file does', () => {
  const findings = findingsIn(importCycles, {
    'packages/core/src/index.ts': '',
    'packages/core/src/a.ts': "import { b } from '@hcfs/crdt'",
    'packages/crdt/src/index.ts': '',
    'packages/crdt/src/b.ts': "import { a } from '@hcfs/core'"
  })

  expect(findings).toEqual([expect.stringContaining('packages/core → packages/crdt → packages/core')])
})

test('a diamond is no cycle', () => {
  const graph = { top: ['left', 'right'], left: ['bottom'], right: ['bottom'], bottom: [] }

  expect(cyclesOf(new Map(Object.entries(graph).map(([name, next]) => [name, new Set(next)])))).toEqual([])
})
