import { expect, test } from 'vitest'
import { cyclesOf } from '../cycles.ts'
import { findingsIn } from '../findings-in.ts'
import { PACKAGE_TABLE } from '../tables/package-table.ts'
import { packageImports } from './package-imports.ts'

test.each([
  ['packages/crdt/src/a.ts', '@hcfs/node', 'crdt may not import @hcfs/node'],
  ['packages/crdt/src/a.ts', 'node:fs', 'crdt may not import node:fs'],
  ['packages/crdt/src/a.ts', '@libp2p/tcp', 'crdt may not import @libp2p/tcp'],
  ['packages/crdt/src/a.ts', 'classic-level', 'crdt may not import classic-level'],
  ['packages/core/src/a.ts', 'node:crypto', 'core may not import node:crypto'],
  ['packages/core/src/a.ts', '@noble/hashes/sha2.js', 'core may not import @noble/hashes/sha2.js'],
  ['packages/sdk/src/a.ts', 'node:http', 'sdk may not import node:http'],
  ['packages/sdk/src/a.ts', 'yjs', 'sdk may not import yjs'],
  ['packages/sdk/src/a.ts', '@hcfs/node', 'it may import @hcfs/core'],
  ['packages/node/src/a.ts', '@hcfs/server', 'node may not import @hcfs/server'],
  ['packages/server/src/a.ts', '../../node/src/storage/level-store.ts', 'reaches into another package by path'],
  ['packages/crdt/test/a.test.ts', '@hcfs/node', 'crdt may not import @hcfs/node']
])('%s may not import %s', (path, specifier, message) => {
  expect(findingsIn(packageImports, { [path]: `import { a } from '${specifier}'` })).toEqual([
    expect.stringContaining(message)
  ])
})

test.each([
  ['packages/crdt/src/a.ts', 'yjs'],
  ['packages/crdt/src/a.ts', '@hcfs/core'],
  ['packages/crdt/src/a.ts', 'diff'],
  ['packages/crdt/src/document/a.ts', '../commit/b.ts'],
  ['packages/crdt/test/a.test.ts', 'node:fs'],
  ['packages/crdt/test/a.test.ts', '../../../test/support/b.ts'],
  ['packages/core/src/hash/sha256-node.ts', 'node:crypto'],
  ['packages/core/src/a.ts', '#sha256'],
  ['packages/sdk/src/transport/local-transport-node.ts', 'node:http'],
  ['test/simulation/a.ts', '@hcfs/node']
])('%s may import %s', (path, specifier) => {
  expect(findingsIn(packageImports, { [path]: `import { a } from '${specifier}'` })).toEqual([])
})

test.each([
  ["export { a } from 'yjs'"],
  ["const a = await import('yjs')"],
  ["type A = import('yjs').Doc"],
  ["import type { A } from 'yjs'"]
])('no syntax gets past: %s', (text) => {
  expect(findingsIn(packageImports, { 'packages/sdk/src/a.ts': text })).toHaveLength(1)
})

test('the table itself has no cycle', () => {
  const graph = Object.entries(PACKAGE_TABLE).map(([name, row]) => [name, new Set<string>(row.packages)] as const)

  expect(cyclesOf(new Map(graph))).toEqual([])
})
