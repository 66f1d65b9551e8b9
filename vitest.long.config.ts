import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

const HOUR_MS = 3_600_000

/** What takes too long for every run: `npm run test:long`. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['{packages/*/test,test}/**/*.long.test.ts'],
      exclude: ['**/node_modules/**'],
      testTimeout: HOUR_MS
    }
  })
)
