import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const SCRIPT = join(import.meta.dirname, '../../scripts/check-lock.mjs')
const GOOD = {
  '': { devDependencies: { vitest: '5.1.1' } },
  'packages/core': { dependencies: { yjs: '13.6.33' } },
  'node_modules/vitest': { version: '5.1.1', integrity: 'sha512-a' },
  'node_modules/yjs': { version: '13.6.33', integrity: 'sha512-b' },
  'node_modules/@hcfs/core': { resolved: 'packages/core', link: true }
}

/** Checks these lock entries against package files that want what `GOOD` holds. */
function checkLock(entries: object) {
  const folder = mkdtempSync(join(tmpdir(), 'hcfs-check-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'packages/core'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(GOOD['']))
  writeFileSync(join(folder, 'packages/core/package.json'), JSON.stringify(GOOD['packages/core']))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: entries }))
  const { stdout, status } = spawnSync(process.execPath, [SCRIPT, folder], { encoding: 'utf8' })
  return { stdout, status }
}

test('a lock that fits is in order', () => {
  expect(checkLock(GOOD)).toEqual({ stdout: 'package-lock.json is in order: 5 entries\n', status: 0 })
})

test.each([
  [
    { 'packages/core': { dependencies: { yjs: '13.6.32' } } },
    'packages/core: yjs is 13.6.33 in package.json and 13.6.32'
  ],
  [{ 'packages/core': {} }, 'packages/core: yjs is 13.6.33 in package.json and undefined'],
  [{ '': { devDependencies: { vitest: '5.1.1', gone: '1.0.0' } } }, 'root: gone is undefined in package.json'],
  [{ 'node_modules/yjs': { version: '13.6.33' } }, 'node_modules/yjs: has no checksum'],
  [{ 'node_modules/yjs': { integrity: 'sha512-b', resolved: 'https://x/yjs.tgz' } }, 'names where it came from']
])('a lock with %j is refused', (change, message) => {
  const { stdout, status } = checkLock({ ...GOOD, ...change })

  expect(stdout).toContain(message)
  expect(status).toBe(1)
})
