import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { typeEscapes } from './type-escapes.ts'

test.each([
  ['const a: any = 1', 'use unknown'],
  ['const a = b as any', 'use unknown'],
  ['const a = b as unknown as string', 'a cast of a cast'],
  ['const a = (b as unknown) as string', 'a cast of a cast'],
  ['// @ts-ignore\nconst a = 1', '@ts-ignore'],
  ['// @ts-expect-error\nconst a = 1', '@ts-expect-error'],
  ['// biome-ignore lint: because\nconst a = 1', 'biome-ignore']
])('%s is found', (text, message) => {
  expect(findingsIn(typeEscapes, { 'test/a.test.ts': text })).toEqual([expect.stringContaining(message)])
})

test('one checked cast is fine, and so are the words in a text', () => {
  const text = "const a = b as Id<'doc'>\nconst c = 'any @ts-ignore'"

  expect(findingsIn(typeEscapes, { 'packages/core/src/a.ts': text })).toEqual([])
})
