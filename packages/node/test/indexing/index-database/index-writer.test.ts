import { parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IndexedContext } from '../../../src/indexing/index-database/indexed-context.ts'
import { chunk, context, idOf, TestIndex } from './index-fixtures.ts'

const labelsOf = (index: TestIndex): number[] => [...index.reader.labelsMatching({})]

describe('writing to the index', () => {
  it('shows contexts with all that a hit needs', () => {
    const index = new TestIndex()
    const by = { agent: 'coder', run: 'r1', origin: 'model' } as const
    const written = context('/a/b', 'text', { by, title: 'T', kind: 'note', tags: ['x'], updatedAtMs: 7 })
    index.put(written)

    const { chunks, fields: _, ...rest } = written
    expect(index.reader.chunksOf([1])).toEqual([{ label: 1, ...rest, ...chunks[0] }])
  })

  it('keeps the labels of chunks that stay, also when they move', () => {
    const index = new TestIndex()
    index.put(context('/a', ['one', 'two', 'three']))
    index.put(context('/a', ['three', 'new', 'one'], { version: 'v2' }))

    expect(index.reader.chunksOf([1, 2, 3, 4]).map(({ label, text, start }) => [label, text, start])).toEqual([
      [1, 'one', 2_000],
      [3, 'three', 0],
      [4, 'new', 1_000]
    ])
    index.database.checkIntegrity()
  })

  it('never gives a label twice', () => {
    const index = new TestIndex()
    index.put(context('/a', ['one', 'two']))
    index.remove('/a')
    index.put(context('/a', ['one', 'two']))

    expect(labelsOf(index)).toEqual([3, 4])
  })
})

describe('a batch of the index', () => {
  it('changes nothing when a batch comes again', () => {
    const index = new TestIndex()
    index.vectors.storeVectors('m', [{ contentHash: chunk('one').contentHash, vector: Float32Array.of(1) }])
    const batch = { contexts: [context('/a', ['one', 'two'], { tags: ['x'] })], removed: [idOf('/gone')], position: 5 }
    index.writer.apply(batch)
    const before = index.reader.statistics()
    const changes = index.vectors.labelChanges('m', { after: 0, limit: 99 })
    index.writer.apply(batch)

    expect(index.reader.statistics()).toEqual(before)
    expect(index.vectors.labelChanges('m', { after: 0, limit: 99 })).toEqual(changes)
    expect(labelsOf(index)).toEqual([1, 2])
  })

  it('finds a chunk by the new title, tags, path and headings, and no more by the old', () => {
    const index = new TestIndex()
    const chunks = [chunk('text', 0, ['oldest heading'])]
    index.put({ ...context('/falcon', []), title: 'ostrich', tags: ['owl'], chunks })
    const path = parsePath('/crane')
    index.put({ ...context('/falcon', []), path, title: 'gull', tags: ['wren'], chunks: [chunk('text', 0, ['swift'])] })

    expect(index.find('falcon OR ostrich owl oldest heading')).toEqual([])
    for (const word of ['crane', 'gull', 'wren', 'swift']) expect(index.find(word)).toEqual(['/crane'])
    expect(labelsOf(index)).toEqual([1])
  })

  it('takes a batch whole or not at all', () => {
    const index = new TestIndex()
    index.put(context('/a', 'kept'))
    const broken = { ...context('/b', 'lost'), updatedAtMs: 0.5 }

    expect(() =>
      index.writer.apply({ contexts: [context('/c', 'lost'), broken], removed: [idOf('/a')], position: 9 })
    ).toThrow()
    expect(index.reader.statistics()).toMatchObject({ position: 1, contexts: 1, chunks: 1 })
    expect(index.find('kept lost')).toEqual(['/a'])
  })
})

describe('an index that was edited', () => {
  it('holds after any changes what an index that was built at once holds', () => {
    const words = fc.constantFrom('ant', 'bee', 'cat', 'dog', 'eel')
    const parts = fc.record({ title: words, tags: fc.uniqueArray(words, { maxLength: 2 }), updatedAtMs: fc.nat(3) })
    const path = fc.constantFrom('/a', '/a/b', '/c')
    const put = fc.record({ path, texts: fc.uniqueArray(words, { maxLength: 4 }), parts })
    fc.assert(
      fc.property(fc.array(fc.oneof(put, fc.record({ path })), { maxLength: 12 }), (steps) => {
        const index = new TestIndex()
        const model = new Map<string, IndexedContext>()
        for (const step of steps) {
          if ('texts' in step) model.set(step.path, context(step.path, step.texts, step.parts))
          const now = model.get(step.path)
          if ('texts' in step && now !== undefined) index.put(now)
          else if (model.delete(step.path)) index.remove(step.path)
        }
        const rebuilt = new TestIndex()
        rebuilt.put(...model.values())

        index.database.checkIntegrity()
        expect(shownBy(index)).toEqual(shownBy(rebuilt))
        for (const query of ['ant', 'bee cat', '"dog"', 'tag:eel', 'a'])
          expect(scoresOf(index, query)).toEqual(scoresOf(rebuilt, query))
      }),
      { numRuns: 60 }
    )
  })
})

function shownBy(index: TestIndex): unknown[] {
  const chunks = index.reader.chunksOf(labelsOf(index)).map(({ label: _, ...rest }) => rest)
  return chunks.sort((a, b) => (`${a.path} ${a.id}` < `${b.path} ${b.id}` ? -1 : 1))
}

function scoresOf(index: TestIndex, word: string): unknown[] {
  const query = { terms: [{ kind: 'word', text: word, isExcluded: false }], filter: {} } as const
  return index.text.search({ query, limit: 50 }).map(({ docId, score }) => [docId, score])
}
