import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    seed: number
  }
}

/**
 * One seed for a whole run: every random test derives from it, and it is
 * printed at the end so that a failure can be run again as it was.
 */
export function setup(project: TestProject): () => void {
  const seed = Number(process.env['HCFS_SEED'] ?? Date.now() % 2 ** 31)
  if (!Number.isSafeInteger(seed)) throw new TypeError('HCFS_SEED must be a whole number')
  project.provide('seed', seed)
  return () => {
    process.stdout.write(
      `\nSeed ${seed}. To run the same again: HCFS_SEED=${seed} npm ${process.env['npm_lifecycle_event'] === 'test:long' ? 'run test:long' : 'test'}\n`
    )
  }
}
