import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY_ROOT } from './repository.ts'

const packages = readdirSync(join(REPOSITORY_ROOT, 'packages'))

/** What is published is a package, not the repository: without a copy of its own it would have no licence text. */
test.each(packages)('the package %s carries the licence of the repository', (name) => {
  const folder = join(REPOSITORY_ROOT, 'packages', name)
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(manifest).toMatchObject({ license: 'Apache-2.0' })
  expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(REPOSITORY_ROOT, 'LICENSE'), 'utf8'))
})
