import { CALM } from '../network/network-faults.ts'
import type { Scenario } from './scenario.ts'
import { SOUND, write } from './scenario.ts'

export const OTHERS_CLOCK_AHEAD: Scenario = {
  name: 'others-clock-ahead',
  about:
    'One clock is four minutes ahead: too far to build upon, near enough to take in. Taking in a second commit of a context ' +
    'asked for a date of the own clock, and failed with CLOCK_AHEAD together with all that was written at that moment.',
  plan: {
    seed: 1,
    nodes: [SOUND, { ...SOUND, aheadMs: 4 * 60_000 }],
    network: CALM,
    steps: [
      write(1_000, 1, { kind: 'create', path: '/kept/a', word: 'begin' }),
      write(2_000, 1, { kind: 'append', path: '/kept/a', word: 'more' }),
      write(3_000, 0, { kind: 'append', path: '/kept/a', word: 'too-early' }),
      write(3_000, 0, { kind: 'put', path: '/free/x', word: 'at-once' })
    ],
    healAtMs: 30_000
  }
}
