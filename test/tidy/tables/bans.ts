interface Allowance {
  /** A file, or a folder when it ends in `/`. */
  readonly path: string
  readonly reason: string
}

export interface Ban {
  /** Global names (`console`), member paths (`Date.now`), `new Date()`, or `module` / `module#name` for imports. */
  readonly names: readonly string[]
  readonly instead: string
  readonly allowedIn: readonly Allowance[]
}

const SYSTEM_CLOCK = { path: 'packages/core/src/time/system-clock.ts', reason: 'the adapter to the machine’s clock' }
const SETUP_SCRIPTS = { path: 'scripts/', reason: 'plain programs that run before any package is there' }
const CI_SCRIPTS = { path: '.ci/', reason: 'plain programs that run before any package is there' }
const EVALUATION = { path: 'test/eval/', reason: 'a program that prints its tables' }
const BENCHMARKS = { path: 'test/bench/', reason: 'benchmarks measure the machine’s time and print' }

/** What makes a run unrepeatable, or reaches out of the process, belongs in one adapter each. */
export const BANS: readonly Ban[] = [
  {
    names: ['Date.now', 'new Date()', 'performance.now', 'process.hrtime', 'node:perf_hooks'],
    instead: 'take a Clock as an argument and call now() or monotonicMs()',
    allowedIn: [
      SYSTEM_CLOCK,
      SETUP_SCRIPTS,
      BENCHMARKS,
      { path: 'test/support/announce-seed.ts', reason: 'the one place where a test run gets its seed' }
    ]
  },
  {
    names: ['setTimeout', 'setInterval', 'node:timers', 'node:timers/promises'],
    instead: 'take a Clock and await clock.wait(); tests use ManualClock, or wait for a condition with expect.poll',
    allowedIn: [SYSTEM_CLOCK, SETUP_SCRIPTS, CI_SCRIPTS, BENCHMARKS]
  },
  {
    names: ['setImmediate'],
    instead: 'tests call settle() from @hcfs/core; other code takes a Clock',
    allowedIn: [{ path: 'packages/core/src/time/manual-clock.ts', reason: 'settle() lets woken code run on' }]
  },
  {
    names: [
      'Math.random',
      'crypto.getRandomValues',
      'crypto.randomUUID',
      ...['randomBytes', 'randomUUID', 'randomInt', 'randomFill', 'randomFillSync'].map((name) => `node:crypto#${name}`)
    ],
    instead: 'take a Random as an argument',
    allowedIn: [
      { path: 'packages/core/src/random/system-random.ts', reason: 'the adapter to the machine’s randomness' },
      SETUP_SCRIPTS
    ]
  },
  {
    names: ['crypto.subtle', 'node:crypto#subtle', 'node:crypto#webcrypto'],
    instead: 'use the synchronous functions of node:crypto: WebCrypto answers in an order nobody can replay',
    allowedIn: []
  },
  {
    names: ['console', 'node:console'],
    instead: 'take a Logger, or write results to the stream you were given',
    allowedIn: [
      { path: 'packages/cli/', reason: 'a command line talks to people' },
      SETUP_SCRIPTS,
      CI_SCRIPTS,
      BENCHMARKS,
      EVALUATION
    ]
  },
  {
    names: ['process.exit'],
    instead: 'throw, or set process.exitCode where the process begins',
    allowedIn: [
      { path: 'packages/node/src/compute/thread-entry.ts', reason: 'ends its thread, not the process' },
      { path: 'packages/cli/', reason: 'exit codes are part of its contract' },
      SETUP_SCRIPTS,
      CI_SCRIPTS
    ]
  }
]
