import { ManualClock, settle } from '@hcfs/core'
import { expect, test } from 'vitest'
import { ImportPace } from '../../src/indexing/import-pace.ts'
import type { FollowerState } from '../../src/indexing/index-follower.ts'

function pacedBy({ state = { name: 'following', position: 0 } }: { state?: FollowerState } = {}) {
  const clock = new ManualClock()
  const log: string[] = []
  let position = 0
  let release = Promise.withResolvers<void>()
  const pace = new ImportPace(
    {
      follower: {
        state,
        reached: (wanted, signal) => {
          log.push(`waits for ${wanted}`)
          const { promise, reject } = release
          signal.addEventListener('abort', () => reject(signal.reason))
          return promise
        }
      },
      vectorsSettled: async () => void log.push('vectors'),
      position: () => position,
      clock
    },
    { indexPaceMsMax: 500 }
  )
  const batch = async (items = 512, signal?: AbortSignal) => {
    await pace.beforeBatch(items, signal)
    position += items
    log.push(`wrote ${items}`)
  }
  const indexed = async () => {
    release.resolve()
    release = Promise.withResolvers<void>()
    await settle()
  }
  return { clock, log, batch, indexed }
}

test('a large batch waits until the index has what was there before the last one', async () => {
  const { log, batch, indexed } = pacedBy()
  const first = batch()
  await indexed()
  await first
  const next = batch()
  await settle()
  expect(log).toEqual(['waits for 0', 'vectors', 'wrote 512', 'waits for 0'])
  await indexed()
  await next
  const third = batch()
  await indexed()
  await third

  expect(log.slice(-3)).toEqual(['waits for 512', 'vectors', 'wrote 512'])
})

test('no batch waits longer than the limit', async () => {
  const { clock, log, batch } = pacedBy()
  const first = batch()
  await settle()
  expect(log).toEqual(['waits for 0'])
  await clock.advance(500)
  await first

  expect(log).toEqual(['waits for 0', 'wrote 512'])
})

test('small batches wait for nothing, and nobody for an index that is not there', async () => {
  const small = pacedBy()
  await small.batch(63)
  const failed = pacedBy({ state: { name: 'failed', error: new Error('gone'), failures: 1 } })
  await failed.batch()

  expect([small.log, failed.log]).toEqual([['wrote 63'], ['wrote 512']])
})

test('a caller who gives up waits no longer', async () => {
  const { log, batch } = pacedBy()
  const giving = new AbortController()
  const first = batch(512, giving.signal)
  await settle()
  giving.abort()
  await first

  expect(log).toEqual(['waits for 0', 'wrote 512'])
})
