import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { todoComments } from './todo-comments.ts'

const PATH = 'packages/core/src/a.ts'

test('work left over without an issue is found, with its line', () => {
  expect(findingsIn(todoComments, { [PATH]: '\n// TODO: handle errors' })).toEqual([
    expect.stringContaining(`${PATH}:2 TODO without an issue`)
  ])
})

test('with an issue it is fine, and so is the word in a text', () => {
  expect(findingsIn(todoComments, { [PATH]: "// TODO(#12): faster\nconst word = 'TODO'" })).toEqual([])
})
