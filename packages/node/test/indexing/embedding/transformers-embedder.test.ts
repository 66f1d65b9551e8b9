import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { TransformersSpec } from '../../../src/indexing/embedding/embedder-spec.ts'
import { TransformersEmbedder } from '../../../src/indexing/embedding/transformers/transformers-embedder.ts'
import { describeEmbedder } from './describe-embedder.ts'
import { ROWS, WORDS, writeTinyModel } from './tiny-model.ts'

async function openTiny(settings: Partial<TransformersSpec> = {}): Promise<TransformersEmbedder> {
  const folder = settings.folder ?? (await writeTinyModel())
  const embedder = await TransformersEmbedder.open({ kind: 'transformers', ...settings, folder })
  onTestFinished(() => embedder.close())
  return embedder
}

const UNKNOWN = 1

/** The mean of the rows of the words between the marks that the tokenizer puts around a text, at unit length. */
function byHand(text: string): number[] {
  const words = ['[CLS]', ...text.split(' '), '[SEP]']
  const rows = words.map((word) => ROWS[WORDS.indexOf(word)] ?? ROWS[UNKNOWN]!)
  const sum = ROWS[0]!.map((_, column) => rows.reduce((total, row) => total + row[column]!, 0))
  return sum.map((each) => each / Math.hypot(...sum))
}

describeEmbedder('TransformersEmbedder', openTiny)

test('a vector is the mean of its tokens, whatever else is in the batch', async () => {
  const texts = ['dock', 'moon tide unheard dock dock', 'tide']
  const vectors = await (await openTiny()).embed(texts)

  for (const [index, text] of texts.entries()) {
    for (const [column, each] of byHand(text).entries()) expect(vectors[index]![column]).toBeCloseTo(each, 5)
  }
})

test('the prefix of the purpose stands before a text', async () => {
  const embedder = await openTiny({ queryPrefix: 'query: ' })
  const [query] = await embedder.embed(['dock'], { purpose: 'query' })
  const [document] = await embedder.embed(['dock'])

  expect(query![0]).toBeCloseTo(byHand('query: dock')[0]!, 5)
  expect(document![0]).toBeCloseTo(byHand('dock')[0]!, 5)
})

test('the digest changes with a file of the model and with what shapes a text', async () => {
  const folder = await writeTinyModel()
  const { digest } = await openTiny({ folder })
  expect((await openTiny({ folder, documentPrefix: 'passage: ' })).digest).not.toBe(digest)
  await appendFile(join(folder, 'config.json'), ' ')

  expect((await openTiny({ folder })).digest).not.toBe(digest)
})

test('a folder without a model is unavailable, and nothing is looked for elsewhere', async () => {
  await expect(openTiny({ folder: '/nowhere/bert-base-uncased' })).rejects.toMatchObject({
    code: 'EMBEDDER_UNAVAILABLE',
    message: expect.stringContaining('tokenizer.json')
  })
})
