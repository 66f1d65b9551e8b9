import { settle } from '@hcfs/core'
import { expect, test } from 'vitest'
import { IdempotentAnswers } from '../../src/answers/idempotent-answers.ts'

const ANSWER = { status: 200, headers: {}, payload: 'done' }

test('the first one makes the answer, and those who come later get it', async () => {
  const answers = new IdempotentAnswers({ answersMax: 4 })
  expect(await answers.find('k', 'r')).toBeUndefined()
  answers.settle('k', ANSWER)
  expect(await answers.find('k', 'r')).toBe(ANSWER)
})

test('while it is made, a repetition waits for it', async () => {
  const answers = new IdempotentAnswers({ answersMax: 4 })
  await answers.find('k', 'r')
  let found: unknown = 'waiting'
  const second = answers.find('k', 'r').then((answer) => {
    found = answer
  })
  await settle()
  expect(found).toBe('waiting')
  answers.settle('k', ANSWER)
  await second
  expect(found).toBe(ANSWER)
})

test('when nothing came of it, one of those who wait makes it, and the others wait for that one', async () => {
  const answers = new IdempotentAnswers({ answersMax: 4 })
  await answers.find('k', 'r')
  const waiting = [answers.find('k', 'r'), answers.find('k', 'r')]
  answers.settle('k', undefined)
  expect(await waiting[0]).toBeUndefined()
  answers.settle('k', ANSWER)
  expect(await waiting[1]).toBe(ANSWER)
})

test('a key that comes with another request is refused, also while the first runs', async () => {
  const answers = new IdempotentAnswers({ answersMax: 4 })
  await answers.find('k', 'r')
  await expect(answers.find('k', 'other')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  answers.settle('k', ANSWER)
  await expect(answers.find('k', 'other')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
})

test('the oldest goes first, and whoever waits for it makes it anew', async () => {
  const answers = new IdempotentAnswers({ answersMax: 2 })
  await answers.find('a', 'r')
  const waiting = answers.find('a', 'r')
  await answers.find('b', 'r')
  answers.settle('b', ANSWER)
  await answers.find('c', 'r')
  expect(await waiting).toBeUndefined()
  expect(await answers.find('b', 'r')).toBeUndefined()
})

test('an answer that comes after its key was forgotten changes nothing', async () => {
  const answers = new IdempotentAnswers({ answersMax: 1 })
  await answers.find('a', 'r')
  await answers.find('b', 'r')
  answers.settle('a', ANSWER)
  expect(await answers.find('a', 'r')).toBeUndefined()
})
