import { expect, test } from 'vitest'
import { RecentChunks } from '../../src/query/recent-chunks.ts'
import { context, TestIndex } from '../indexing/index-database/index-fixtures.ts'

function countingReader(index: TestIndex) {
  const asked: number[] = []
  const reader = {
    get revision() {
      return index.reader.revision
    },
    chunksOf: (labels: Iterable<number>) => {
      asked.push(...labels)
      return index.reader.chunksOf(asked.slice(-1))
    }
  }
  return { reader, asked }
}

test('a chunk is read once for each revision of the index, and as it is now', () => {
  const index = new TestIndex()
  index.put(context('/a', 'one', { title: 'before' }))
  const { reader, asked } = countingReader(index)
  const recent = new RecentChunks(reader)

  recent.begin()
  recent.get(1)
  expect(recent.get(1)?.title).toBe('before')
  index.put(context('/a', 'one', { title: 'after' }))
  recent.begin()

  expect(recent.get(1)?.title).toBe('after')
  expect(asked).toEqual([1, 1])
})

test('what was read first leaves when there is too much', () => {
  const index = new TestIndex()
  index.put(context('/a', ['one', 'two', 'three']))
  const { reader, asked } = countingReader(index)
  const recent = new RecentChunks(reader, { unitsKeptMax: 1_100 })
  recent.begin()
  for (const label of [1, 2, 3, 3, 2, 1]) recent.get(label)

  expect(asked).toEqual([1, 2, 3, 1])
})

test('a chunk that is gone is not there', () => {
  const index = new TestIndex()
  index.put(context('/a', 'one'))
  const recent = new RecentChunks(index.reader)
  recent.begin()
  recent.get(1)
  index.remove('/a')
  recent.begin()

  expect(recent.get(1)).toBeUndefined()
})
