import { CALM } from '../network/network-faults.ts'
import type { Scenario } from './scenario.ts'
import { SOUND, write } from './scenario.ts'

export const CUT_OFF: Scenario = {
  name: 'cut-off',
  about: 'Both sides edit one context while they cannot hear each other. Both edits are in it afterwards.',
  plan: {
    seed: 1,
    nodes: [SOUND, SOUND],
    network: CALM,
    steps: [
      write(1_000, 0, { kind: 'create', path: '/kept/a', word: 'begin' }),
      { atMs: 2_000, do: 'cut', from: 0, to: 1, forMs: 30_000 },
      { atMs: 2_000, do: 'cut', from: 1, to: 0, forMs: 30_000 },
      write(3_000, 0, { kind: 'append', path: '/kept/a', word: 'from-one' }),
      write(3_000, 1, { kind: 'insert', path: '/kept/a', word: 'from-the-other' })
    ],
    healAtMs: 40_000
  }
}
