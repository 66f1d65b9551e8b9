import { CALM } from '../network/network-faults.ts'
import type { Scenario } from './scenario.ts'
import { SOUND, write } from './scenario.ts'

/** A failed write may be stored or not. With three of them, some are. */
const FULL_NODES = [0, 2, 3]

export const STORED_AFTER_ALL: Scenario = {
  name: 'stored-after-all',
  about:
    'A commit arrives while disks are full, and the write that failed turns out to be stored when there is room again. ' +
    'It was applied a second time then, and the fingerprints differed for ever.',
  plan: {
    seed: 31,
    nodes: [SOUND, SOUND, SOUND, SOUND],
    network: CALM,
    steps: [
      write(1_000, 1, { kind: 'create', path: '/kept/a', word: 'begin' }),
      write(2_000, 1, { kind: 'remove', path: '/kept/a' }),
      ...FULL_NODES.map((node) => ({ atMs: 3_000, do: 'fill-disk', node, forMs: 20_000 }) as const),
      write(4_000, 1, { kind: 'undelete', path: '/kept/a' })
    ],
    healAtMs: 60_000
  }
}
