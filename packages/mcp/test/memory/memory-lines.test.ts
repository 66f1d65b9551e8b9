import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMemoryLines } from '../../src/memory/memory-lines.ts'

async function* linesOf(...lines: readonly string[]) {
  yield* lines
}

test('entities and relations are read, and other lines are named', async () => {
  const graph = await readMemoryLines(
    linesOf(
      '{"type":"entity","name":"Ada","entityType":"person","observations":["counts"]}',
      '',
      '{"type":"relation","from":"Ada","to":"Engine","relationType":"programs"}',
      '{"type":"entity","name":7}',
      'not JSON'
    )
  )

  expect(graph).toEqual({
    entities: [{ name: 'Ada', entityType: 'person', observations: ['counts'] }],
    relations: [{ from: 'Ada', to: 'Engine', relationType: 'programs' }],
    skipped: [
      { line: 4, reason: 'is neither an entity nor a relation' },
      { line: 5, reason: 'is neither an entity nor a relation' }
    ]
  })
})

test('no line makes reading fail', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.json())), async (lines) => {
      const { entities, relations } = await readMemoryLines(linesOf(...lines))
      expect([...entities, ...relations]).toEqual([])
    })
  )
})
