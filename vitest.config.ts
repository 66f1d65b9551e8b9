import { defineConfig } from 'vitest/config'

const reportFile = process.env['HCFS_TEST_REPORT']

export default defineConfig({
  // Tests run the TypeScript sources; what is packed and installed has tests of its own.
  resolve: { conditions: ['hcfs-source'] },
  ssr: { resolve: { conditions: ['hcfs-source'] } },
  test: {
    include: ['{packages/*/test,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.long.test.ts'],
    globalSetup: ['test/support/announce-seed.ts'],
    setupFiles: ['test/support/use-seed.ts'],
    // The gate counts the tests of the very run that a reader would start.
    reporters: reportFile === undefined ? ['default'] : ['default', ['json', { outputFile: reportFile }]],
    testTimeout: 60_000
  }
})
