import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BuiltinEmbedder } from '../../../src/indexing/embedding/builtin/builtin-embedder.ts'
import { describeEmbedder, lengthOf } from './describe-embedder.ts'

const GOLDEN = new URL('../../../../../fixtures/embedding/builtin-1.json', import.meta.url)

interface Golden {
  readonly text: string
  /** The numbers of the vector, times 2^20 and rounded. */
  readonly vector: readonly number[]
}

describeEmbedder('BuiltinEmbedder', async () => new BuiltinEmbedder())

async function similarity(a: string, b: string): Promise<number> {
  const [left, right] = await new BuiltinEmbedder().embed([a, b])
  return left!.reduce((sum, each, index) => sum + each * right![index]!, 0)
}

test('gives the vectors of the release that made the golden ones', async () => {
  const golden: readonly Golden[] = JSON.parse(await readFile(GOLDEN, 'utf8'))
  const vectors = await new BuiltinEmbedder().embed(golden.map(({ text }) => text))

  for (const [index, { text, vector }] of golden.entries()) {
    expect(
      Array.from(vectors[index]!, (each) => Math.round(each * 2 ** 20)),
      text
    ).toEqual(vector)
  }
})

test.each([
  ['a typo', 'the docking window moved', 'the dokcing window moved'],
  ['an inflection', 'ships were docking', 'a ship docked'],
  ['accents', 'café crème', 'cafe creme'],
  ['camel case and snake case', 'openDockingWindow', 'open_docking_window'],
  ['Chinese without spaces', '数据库复制状态', '复制状态'],
  ['Japanese', 'データベースの複製', 'データベース'],
  ['Thai', 'ฐานข้อมูลกระจาย', 'ฐานข้อมูล']
])('texts that differ by %s are near each other', async (_, a, b) => {
  expect(await similarity(a, b)).toBeGreaterThan(0.4)
})

test('texts that share no words but those that build sentences are far from each other', async () => {
  expect(await similarity('the moon is in the sky', 'they were with the banker')).toBeLessThan(0.2)
})

test('a word that comes often counts for less than as many words', async () => {
  expect(await similarity(`${'tide '.repeat(50)}harbour`, 'harbour')).toBeGreaterThan(0.1)
})

test('what an embedder has seen before changes no vector', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 8 }), async (texts) => {
      const used = new BuiltinEmbedder()
      await used.embed([...texts].reverse())
      const vectors = await used.embed(texts)

      expect(vectors).toEqual(await new BuiltinEmbedder().embed(texts))
      for (const vector of vectors) expect(lengthOf(vector)).toBeCloseTo(1, 5)
    })
  )
})
