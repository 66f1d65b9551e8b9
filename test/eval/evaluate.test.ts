import { expect, test } from 'vitest'
import { evalTable, hybridGain, queryTable } from './eval-report.ts'
import { evaluate } from './evaluate.ts'

const SMALL = {
  name: 'small',
  documents: [
    { path: '/small/bread', body: 'Rye bread needs flour and water.' },
    { path: '/small/dock', body: 'The docking window moved to Tuesday.' }
  ],
  queries: [{ id: 'q1', text: 'docking window', grades: new Map([['/small/dock', 1]]) }]
}

test('a collection is put into a node and asked in every mode', async () => {
  const result = await evaluate(SMALL)

  expect(result.modes.map(({ mode, mean }) => [mode, mean.ndcg10])).toEqual([
    ['text', 1],
    ['vector', 1],
    ['hybrid', 1]
  ])
  expect(hybridGain(result.modes)).toBe(0)
  expect(evalTable([result])).toContain('small: 2 contexts, 1 queries')
  expect(queryTable(result)).toContain('1.000    1.000    1.000  q1')
})
