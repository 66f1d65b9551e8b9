import { expect, test } from 'vitest'
import { isCheckpointDue } from '../../src/replica/checkpoint-due.ts'

const OPTIONS = { checkpointEntriesMax: 64, checkpointBytesMax: 65_536 }

test.each([
  ['after enough entries of a small document', { entries: 64, bytes: 1_000, stateBytes: 100 }, true],
  ['not before', { entries: 63, bytes: 1_000, stateBytes: 100 }, false],
  ['after enough bytes', { entries: 2, bytes: 65_536, stateBytes: 0 }, true],
  ['not for small edits of a large document', { entries: 64, bytes: 1_000, stateBytes: 500_000 }, false],
  ['until they are an eighth of it', { entries: 64, bytes: 62_500, stateBytes: 500_000 }, true],
  ['or very many', { entries: 1_024, bytes: 1_000, stateBytes: 500_000 }, true]
])('a checkpoint is due %s', (_, since, isDue) => {
  expect(isCheckpointDue(since, OPTIONS)).toBe(isDue)
})
