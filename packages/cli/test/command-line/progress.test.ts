import { ManualClock } from '@hcfs/core'
import { expect, test } from 'vitest'
import { Progress, progressText } from '../../src/command-line/progress.ts'
import { TextStream } from '../command-harness.ts'

test('nothing is drawn in the first second, then a bar, and at the end it is gone', async () => {
  const clock = new ManualClock()
  const stderr = new TextStream(true)
  const progress = new Progress({ stderr, clock }, 'Importing')
  progress.update(1, 4)
  expect(stderr.text).toBe('')

  await clock.advance(1_000)
  progress.update(2, 4)
  expect(stderr.text).toContain('50 %  2 of 4')

  progress[Symbol.dispose]()
  expect(stderr.text.endsWith('\r\u001b[2K')).toBe(true)
})

test('it is redrawn ten times a second at most', async () => {
  const clock = new ManualClock()
  const stderr = new TextStream(true)
  const progress = new Progress({ stderr, clock }, 'Importing')
  await clock.advance(1_000)
  for (let done = 1; done <= 100; done += 1) progress.update(done, 100)
  expect(stderr.text.split('\r').length - 1).toBe(1)
})

test('nothing is drawn where there is no terminal', async () => {
  const clock = new ManualClock()
  const stderr = new TextStream(false)
  const progress = new Progress({ stderr, clock }, 'Importing')
  await clock.advance(5_000)
  progress.update(1, 2)
  progress[Symbol.dispose]()
  expect(stderr.text).toBe('')
})

test('without a total the count is shown', () => {
  expect(progressText('Reading', 1_234, undefined)).toBe('Reading 1,234 so far')
})
