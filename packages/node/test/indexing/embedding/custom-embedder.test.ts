import { expect, test } from 'vitest'
import { createEmbedder } from '../../../src/indexing/embedding/create-embedder.ts'
import { CheckedEmbedder } from '../../../src/indexing/embedding/custom/checked-embedder.ts'
import type { Embedder } from '../../../src/indexing/embedding/embedder.ts'
import { describeEmbedder } from './describe-embedder.ts'
import { rawVector, testEnvironment } from './embedding-test-server.ts'

const SOURCE = `
  const embed = async (texts) => texts.map((text) => Float32Array.of(1, text.length, text.charCodeAt(0) || 2))
  export const createEmbedder = () => ({ id: 'own/1', digest: 'a', dimensions: 3, maxInputTokens: 9, embed })`
const MODULE = `data:text/javascript,${encodeURIComponent(SOURCE)}`

function own(overrides: object = {}): Embedder {
  const embed = async (texts: readonly string[]) => texts.map((text) => Float32Array.from(rawVector(text)))
  return { id: 'own/1', digest: 'a', dimensions: 4, maxInputTokens: 9, embed, ...overrides }
}

describeEmbedder('an object of the caller', async () => new CheckedEmbedder(own()))
describeEmbedder('a module', () => createEmbedder({ kind: 'custom', module: MODULE }, testEnvironment()))

test.each([
  ['nothing', undefined],
  ['too few', []],
  ['NaN', [Float32Array.of(1, 2, 3, Number.NaN)]],
  ['texts', [['1', '2', '3', '4']]],
  ['other dimensions', [Float32Array.of(1, 2)]],
  ['zeros', [new Float32Array(4)]]
])('an embedder that gives %s gives no vectors', async (_, vectors) => {
  const embedder = new CheckedEmbedder(own({ embed: async () => vectors }))

  await expect(embedder.embed(['tide'])).rejects.toMatchObject({ code: 'EMBEDDING_INVALID' })
})

test.each([
  ['id', ''],
  ['digest', 7],
  ['dimensions', 1.5],
  ['maxInputTokens', 0],
  ['embed', 'later']
])('an object whose %s is %j is no embedder', (name, value) => {
  expect(() => new CheckedEmbedder(own({ [name]: value }))).toThrow(
    expect.objectContaining({ code: 'EMBEDDER_INVALID' })
  )
})

test.each(['/nowhere/to/be/found.js', 'data:text/javascript,export const a = 1'])(
  'the module %s is no embedder',
  async (module) => {
    const created = createEmbedder({ kind: 'custom', module }, testEnvironment())

    await expect(created).rejects.toMatchObject({ code: 'EMBEDDER_INVALID' })
  }
)
