import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { bundleSdk } from './bundle-sdk.ts'

const GZIP_BYTES_MAX = 30 * 1_024

test('the sdk for browsers is small, and needs nothing of Node', async () => {
  const { code, modules } = await bundleSdk()
  expect(gzipSync(code).byteLength).toBeLessThanOrEqual(GZIP_BYTES_MAX)
  expect(code).not.toMatch(/["'`]node:|\bprocess\.|\bBuffer\b|\brequire\(/)
  const names = modules.map((module) => module.split('/').at(-1))
  expect(names).toContain('sha256-noble.ts')
  expect(names).toContain('local-transport-elsewhere.ts')
  expect(names).not.toContain('sha256-node.ts')
})
