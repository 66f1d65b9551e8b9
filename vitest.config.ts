import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests run the TypeScript sources; what is packed and installed has tests of its own.
  resolve: { conditions: ['hcfs-source'] },
  ssr: { resolve: { conditions: ['hcfs-source'] } },
  test: {
    include: ['{packages/*/test,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.long.test.ts'],
    globalSetup: ['test/support/announce-seed.ts'],
    setupFiles: ['test/support/use-seed.ts'],
    testTimeout: 60_000
  }
})
