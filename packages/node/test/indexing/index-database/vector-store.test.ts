import { describe, expect, it } from 'vitest'
import { context, hashOf, TestIndex } from './index-fixtures.ts'

const vectorFor = (text: string, ...values: readonly number[]) => ({
  contentHash: hashOf(text),
  vector: Float32Array.from(values)
})
const ALL = { after: 0, limit: 99 }

function changesOf(index: TestIndex, model: string, page = ALL): unknown[] | undefined {
  return index.vectors.labelChanges(model, page)?.map(({ label, kind }) => `${kind} ${label}`)
}

describe('vectors of the index', () => {
  it('asks for content that a model has not embedded, the same content once', () => {
    const index = new TestIndex()
    index.put(context('/a', ['one', 'two']), context('/b', ['two', 'three']))
    index.vectors.storeVectors('m', [vectorFor('one', 1)])
    const first = index.vectors.contentWithoutVector('m', { after: 0, limit: 2 })

    expect(first.content.map(({ text }) => text)).toEqual(['two'])
    expect(first).toMatchObject({ upTo: 3, hasMore: true })
    const second = index.vectors.contentWithoutVector('m', { after: 3, limit: 2 })
    expect(second).toEqual({ content: [{ contentHash: hashOf('three'), text: 'three' }], upTo: 4, hasMore: false })
    expect(index.vectors.contentWithoutVector('other', ALL).content).toHaveLength(3)
  })

  it('looks through many labels page by page, and comes to the one without a vector', () => {
    const index = new TestIndex()
    const texts = Array.from({ length: 5_000 }, (_, n) => `t${n}`)
    index.put(context('/a', texts))
    index.vectors.storeVectors(
      'm',
      texts.slice(0, -1).map((text) => vectorFor(text, 1))
    )
    const first = index.vectors.contentWithoutVector('m', ALL)
    const second = index.vectors.contentWithoutVector('m', { ...ALL, after: first.upTo })

    expect(first).toMatchObject({ content: [], hasMore: true })
    expect(second).toMatchObject({ content: [{ text: 't4999' }], upTo: 5_000, hasMore: false })
  })

  it('gives the vectors of one model by label, from a label on, as they were stored', () => {
    const index = new TestIndex()
    index.put(context('/a', ['one', 'two']), context('/b', ['one']))
    index.vectors.storeVectors('m', [vectorFor('one', 0.5, -1.25), vectorFor('two', 3, 4)])
    index.vectors.storeVectors('n', [vectorFor('one', 9)])

    expect([...index.vectors.vectors('m')]).toEqual([
      { label: 1, ...vectorFor('one', 0.5, -1.25) },
      { label: 2, ...vectorFor('two', 3, 4) },
      { label: 3, ...vectorFor('one', 0.5, -1.25) }
    ])
    expect([...index.vectors.vectors('m', 2)].map(({ label }) => label)).toEqual([3])
  })
})

describe('what follows the vectors of the index', () => {
  it('tells when a label has its vector, whichever came first, and when it is gone', () => {
    const index = new TestIndex()
    index.put(context('/a', ['one', 'two']))
    index.vectors.storeVectors('m', [vectorFor('two', 1), vectorFor('later', 1)])
    index.put(context('/b', ['later', 'two']))
    index.remove('/a')

    expect(changesOf(index, 'm')).toEqual(['added 2', 'added 3', 'added 4', 'removed 1', 'removed 2'])
    expect(changesOf(index, 'n')).toEqual(['removed 1', 'removed 2'])
    expect(changesOf(index, 'm', { after: 1, limit: 2 })).toEqual(['added 3', 'added 4'])
  })

  it('says when changes that a follower needs were forgotten', () => {
    const index = new TestIndex()
    index.vectors.storeVectors('m', [vectorFor('one', 1)])
    index.put(context('/a', 'one'))
    const seen = index.vectors.changeSequence
    index.remove('/a')
    index.vectors.forgetLabelChanges(seen)

    expect(changesOf(index, 'm')).toBeUndefined()
    expect(changesOf(index, 'm', { after: seen, limit: 9 })).toEqual(['removed 1'])
  })

  it('counts what is embedded, drops a model, and collects what no chunk has', () => {
    const index = new TestIndex()
    index.put(context('/a', ['one', 'two']), context('/b', 'one'))
    index.vectors.storeVectors('m', [vectorFor('one', 1), vectorFor('nowhere', 1)])
    index.vectors.storeVectors('n', [vectorFor('two', 1)])

    expect(index.reader.statistics().models).toEqual([
      { model: 'm', embedded: 2, total: 3 },
      { model: 'n', embedded: 1, total: 3 }
    ])
    expect([index.vectors.collectGarbage(9), index.vectors.collectGarbage(9)]).toEqual([1, 0])
    expect([index.vectors.dropOtherModels(['n'], 99), index.vectors.dropOtherModels(['n'], 99)]).toEqual([1, 0])
    expect([...index.vectors.vectors('m')]).toEqual([])
    expect([...index.vectors.vectors('n')]).toHaveLength(1)
  })
})
