import { CALM } from '../network/network-faults.ts'
import type { Scenario } from './scenario.ts'
import { SOUND, write } from './scenario.ts'

export const FULL_AND_IDLE: Scenario = {
  name: 'full-and-idle',
  about:
    'The last write before a long rest finds the disk full. The fingerprint went on counting it until the next write, ' +
    'so that two nodes that held the same never found out.',
  plan: {
    seed: 262,
    nodes: [SOUND, SOUND],
    network: CALM,
    steps: [
      { atMs: 1_000, do: 'fill-disk', node: 0, forMs: 17_000 },
      write(2_000, 0, { kind: 'put', path: '/free/z', word: 'word' })
    ],
    healAtMs: 20_000
  }
}
