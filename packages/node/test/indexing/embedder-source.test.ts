import { HcfsError, ManualClock, SeededRandom, settle, silentLogger } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EmbedderSource } from '../../src/indexing/embedder-source.ts'
import type { Embedder } from '../../src/indexing/embedding/embedder.ts'

const EMBEDDER: Embedder = { id: 'fake', digest: 'fake', dimensions: 1, maxInputTokens: 8, embed: async () => [] }

function sourceOf(create: (signal: AbortSignal) => Promise<Embedder>) {
  const clock = new ManualClock()
  const late: string[] = []
  let tries = 0
  const counted = (signal: AbortSignal): Promise<Embedder> => {
    tries += 1
    return create(signal)
  }
  const source = new EmbedderSource(
    { create: counted, onLate: () => late.push('late'), clock, random: new SeededRandom(1), log: silentLogger },
    { indexRetryPauseMsMax: 1_000 }
  )
  onTestFinished(() => source.close())
  return { source, clock, late, tries: () => tries }
}

describe('where the embedder comes from', () => {
  test('waits for one that is there soon', async () => {
    const { source, late } = sourceOf(async () => EMBEDDER)

    expect(await source.get()).toBe(EMBEDDER)
    expect(late).toEqual([])
  })

  test('does without one that is away, and tells when it has come', async () => {
    const failures = [new Error('away'), new Error('still away')]
    const { source, clock, late } = sourceOf(async () => {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      return EMBEDDER
    })

    expect(await source.get()).toBeUndefined()
    expect(source.failure).toMatchObject({ message: 'away' })
    await clock.advance(1_000)

    expect(late).toEqual(['late'])
    expect([await source.get(), source.failure]).toEqual([EMBEDDER, undefined])
  })

  test('waits a moment only for one that does not answer', async () => {
    const answer = Promise.withResolvers<Embedder>()
    const { source, clock, late } = sourceOf(() => answer.promise)
    const got = source.get()
    await clock.advance(1_000)

    expect(await got).toBeUndefined()
    answer.resolve(EMBEDDER)
    await settle()

    expect(late).toEqual(['late'])
  })

  test('does not ask again for one whose settings are wrong', async () => {
    const { source, clock, tries } = sourceOf(async () => {
      throw new HcfsError('EMBEDDER_INVALID', 'no such kind')
    })
    await source.get()
    await clock.advance(60_000)

    expect(tries()).toBe(1)
  })

  test('ends one that is being opened when the node closes', async () => {
    const { source } = sourceOf(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    )
    const got = source.get()

    await source.close()

    expect(await got).toBeUndefined()
  })
})
