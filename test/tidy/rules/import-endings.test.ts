import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { importEndings } from './import-endings.ts'

test.each(["import { a } from './a'", "export { a } from './a.js'", "const a = await import('../a')"])(
  'an import Node cannot load from source is found: %s',
  (text) => {
    expect(findingsIn(importEndings, { 'packages/core/src/b.ts': text })).toEqual([
      expect.stringContaining("name the source, as in './clock.ts'")
    ])
  }
)

test('sources and packages are fine', () => {
  const text = "import { a } from './a.ts'\nimport { b } from 'yjs'"

  expect(findingsIn(importEndings, { 'packages/core/src/b.ts': text })).toEqual([])
})
