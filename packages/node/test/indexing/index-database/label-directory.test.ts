import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LabelDirectory } from '../../../src/indexing/index-database/label-directory.ts'
import { context, TestIndex } from './index-fixtures.ts'

/*
 * Goal: whatever was written since the last question, and however little is kept, the directory gives what the tables
 * say.
 * Method: random puts, removals and forgotten changes, and a question for all labels there ever were after each,
 * against a plain query.
 */
test('gives the contexts of labels as the tables have them, after any changes', () => {
  const change = fc.record({
    path: fc.constantFrom('/a', '/b', '/c'),
    texts: fc.array(fc.constantFrom('one', 'two', 'three', 'four'), { maxLength: 3 }),
    isRemoval: fc.boolean(),
    isForgotten: fc.boolean(),
    isAsked: fc.boolean()
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), (changes, labelsKeptMax) => {
      const index = new TestIndex()
      const directory = new LabelDirectory(index.database, { labelsKeptMax })
      for (const { path, texts, isRemoval, isForgotten, isAsked } of changes) {
        if (isRemoval) index.remove(path)
        else index.put(context(path, [...new Set(texts)]))
        if (isForgotten) index.vectors.forgetLabelChanges(index.vectors.changeSequence)
        if (isAsked) expect(directory.contextsOf(labels(99))).toEqual(plainContexts(index))
      }
      expect(directory.contextsOf(labels(99))).toEqual(plainContexts(index))
    }),
    { numRuns: 100 }
  )
})

const labels = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1)

function plainContexts({ database }: TestIndex): Map<number, string> {
  const rows = database.connection
    .prepare('SELECT k.label, c.docId FROM chunks AS k JOIN contexts AS c ON c.id = k.context')
    .all()
  return new Map(rows.map(({ label, docId }) => [Number(label), String(docId)]))
}
