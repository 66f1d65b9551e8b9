import { FORMAT_LIMITS } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { waitingBytes } from '../../src/contexts/waiting-bytes.ts'
import { openNode } from '../../src/open-node.ts'

const MEBIBYTE = 1_048_576

async function nodeWithShortQueue() {
  const node = await openNode({ memory: true, limits: { writeQueueBytesMax: MEBIBYTE } })
  onTestFinished(() => node.close())
  return node
}

test.each([
  ['a text', { body: 'x'.repeat(100_000) }],
  ['fields', { fields: { deep: [{ text: 'x'.repeat(100_000) }] } }],
  ['tags', { tags: ['x'.repeat(50_000), 'y'.repeat(50_000)] }],
  ['names of fields', { fields: { ['x'.repeat(100_000)]: null } }]
])('%s counts with about its length', (_, parts) => {
  expect(waitingBytes(parts)).toBeGreaterThanOrEqual(100_000)
  expect(waitingBytes(parts)).toBeLessThan(101_000)
})

test('what holds itself is counted up to the size of a context', () => {
  const fields: Record<string, unknown> = {}
  for (const name of ['a', 'b', 'c']) fields[name] = fields
  expect(waitingBytes(fields)).toBeLessThan(FORMAT_LIMITS.contextBytesMax + 1_000)
})

test('a burst of writes larger than the queue is refused in part, and what was taken is stored', async () => {
  const { contexts } = await nodeWithShortQueue()
  const body = 'x'.repeat(400_000)
  const writes = Array.from({ length: 8 }, (_, index) => contexts.put(`/${index}`, { body }))
  const outcomes = await Promise.allSettled(writes)
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  expect(refused).toHaveLength(5)
  for (const error of refused) expect(error).toMatchObject({ code: 'WRITE_QUEUE_FULL' })
  for (const index of [0, 1, 2]) expect((await contexts.get(`/${index}`)).body).toBe(body)
  await contexts.put('/later', { body })
})

test('the items of a batch, and recorded edits, count as well', async () => {
  const { contexts } = await nodeWithShortQueue()
  await contexts.put('/edited', { body: '' })
  const text = 'x'.repeat(1_000_000)
  const full = { code: 'WRITE_QUEUE_FULL' }
  const taken = contexts.batch([{ put: { path: '/a', body: text } }, { put: { path: '/b', body: text } }])
  await expect(contexts.put('/c', { body: '' })).rejects.toMatchObject(full)
  await taken
  const edit = contexts.editRecorded('/edited', [{ kind: 'body.insert', at: 0, text: text + text }])
  await expect(contexts.put('/c', { body: '' })).rejects.toMatchObject(full)
  await expect(edit).rejects.toMatchObject({ code: 'CONTEXT_TOO_LARGE' })
})
