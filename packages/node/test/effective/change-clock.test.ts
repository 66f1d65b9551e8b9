import { parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import { ChangeClock } from '../../src/effective/change-clock.ts'

const [root, notes, tasks] = ['/', '/notes', '/tasks'].map(parsePath) as [never, never, never]

test('only what changed later counts', () => {
  const clock = new ChangeClock({ changedPathsMax: 8 })
  clock.changed(notes)
  const before = clock.now
  clock.changed(tasks)
  expect(clock.hasChangedSince(before, [root, notes])).toBe(false)
  expect(clock.hasChangedSince(before, [root, tasks])).toBe(true)
  expect(clock.hasChangedSince(clock.now, [root, tasks])).toBe(false)
})

test('with too many changes everything counts as changed, once', () => {
  const clock = new ChangeClock({ changedPathsMax: 2 })
  const before = clock.now
  for (const name of ['/a', '/b', '/c']) clock.changed(parsePath(name))
  expect(clock.hasChangedSince(before, [notes])).toBe(true)
  expect(clock.hasChangedSince(clock.now, [notes])).toBe(false)
})
