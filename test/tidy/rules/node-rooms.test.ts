import { expect, test } from 'vitest'
import { cyclesOf } from '../cycles.ts'
import { findingsIn } from '../findings-in.ts'
import { NODE_ROOMS } from '../tables/node-rooms.ts'
import { nodeRooms } from './node-rooms.ts'

const STORE = {
  'packages/node/src/storage/ordered-store.ts': 'export interface OrderedStore {}\nexport const MAX = 1',
  'packages/node/src/storage/level-store.ts': 'export class LevelStore {}'
}

test('a room may not import from one above it', () => {
  const findings = findingsIn(nodeRooms, {
    'packages/node/src/storage/level-store.ts': "import type { Plan } from '../query/plan.ts'",
    'packages/node/src/query/plan.ts': 'export interface Plan {}'
  })

  expect(findings).toEqual([expect.stringContaining('level-store.ts:1 storage may not import from query')])
})

test('a room may not name a class of another room, even of one below', () => {
  const findings = findingsIn(nodeRooms, {
    ...STORE,
    'packages/node/src/replica/replica.ts': "import { LevelStore } from '../storage/level-store.ts'"
  })

  expect(findings).toEqual([expect.stringContaining('names the class LevelStore of another room')])
})

test('interfaces, constants and the own room are free, and so is everything in open-node', () => {
  const findings = findingsIn(nodeRooms, {
    ...STORE,
    'packages/node/src/replica/replica.ts': "import { MAX } from '../storage/ordered-store.ts'",
    'packages/node/src/replica/rows.ts': "import type { LevelStore } from '../storage/level-store.ts'",
    'packages/node/src/storage/memory-store.ts': "import { LevelStore } from './level-store.ts'",
    'packages/node/src/open-node.ts': "import { LevelStore } from './storage/level-store.ts'"
  })

  expect(findings).toEqual([])
})

test('a room may not import what stands above all rooms', () => {
  const findings = findingsIn(nodeRooms, {
    'packages/node/src/replica/replica.ts': "import { openNode } from '../open-node.ts'",
    'packages/node/src/open-node.ts': 'export function openNode() {}'
  })

  expect(findings).toEqual([expect.stringContaining('replica imports upwards')])
})

test('a new room asks for its row', () => {
  const findings = findingsIn(nodeRooms, {
    ...STORE,
    'packages/node/src/attic/box.ts': "import { MAX } from '../storage/ordered-store.ts'"
  })

  expect(findings).toEqual([expect.stringContaining('the room attic has no row yet')])
})

test('the table itself has no cycle', () => {
  expect(cyclesOf(new Map(Object.entries(NODE_ROOMS).map(([room, below]) => [room, new Set(below)])))).toEqual([])
})
