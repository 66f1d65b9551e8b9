import { describe, expect, test } from 'vitest'
import type { Embedder } from '../../../src/indexing/embedding/embedder.ts'

const TEXTS = ['dock the boat', 'moon', 'dock the boat', 'a tide table of the harbour']

export function lengthOf(vector: Float32Array): number {
  return Math.hypot(...vector)
}

/** What every embedder promises, wherever its vectors come from. */
export function describeEmbedder(name: string, open: () => Promise<Embedder>): void {
  describe(name, () => {
    test('says who it is', async () => {
      const { id, digest, dimensions, maxInputTokens } = await open()

      expect([id, digest].every((each) => each.length > 0)).toBe(true)
      expect([dimensions, maxInputTokens].every((each) => Number.isSafeInteger(each) && each > 0)).toBe(true)
    })

    test('two that were opened alike have the same digest and the same vectors', async () => {
      const [a, b] = [await open(), await open()]

      expect(a.digest).toBe(b.digest)
      expect(await a.embed(TEXTS)).toEqual(await b.embed(TEXTS))
    })

    test('gives one vector of unit length and of its dimensions a text, in the order of the texts', async () => {
      const embedder = await open()
      const vectors = await embedder.embed(TEXTS)

      expect(vectors.map((each) => each.length)).toEqual(TEXTS.map(() => embedder.dimensions))
      for (const vector of vectors) expect(lengthOf(vector)).toBeCloseTo(1, 5)
      const alone = await Promise.all(TEXTS.map(async (text) => (await embedder.embed([text]))[0]))
      for (const [index, vector] of vectors.entries()) expectNear(vector, alone[index])
      expect(vectors[0]).not.toEqual(vectors[1])
    })

    test('no texts have no vectors', async () => {
      expect(await (await open()).embed([])).toEqual([])
    })

    test('a text of nothing, or of signs only, has a vector too', async () => {
      for (const vector of await (await open()).embed(['', ' \n', '!?'])) expect(lengthOf(vector)).toBeCloseTo(1, 5)
    })

    test('a signal that is aborted already fails the call', async () => {
      const embedded = (await open()).embed(TEXTS, { signal: AbortSignal.abort() })

      await expect(embedded).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
    })

    test('closes, and a second time does nothing', async () => {
      const embedder = await open()

      expect(await embedder.close?.()).toBeUndefined()
      expect(await embedder.close?.()).toBeUndefined()
    })
  })
}

function expectNear(a: Float32Array | undefined, b: Float32Array | undefined): void {
  expect(a?.reduce((sum, each, index) => sum + each * (b?.[index] ?? Number.NaN), 0)).toBeCloseTo(1, 5)
}
