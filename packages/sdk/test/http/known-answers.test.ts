import { expect, test } from 'vitest'
import { KnownAnswers } from '../../src/http/known-answers.ts'

const answer = (text: string) => ({ entityTag: `"${text}"`, text })

test('an answer is known until a newer one takes its place', () => {
  const known = new KnownAnswers()
  expect(known.find('/a')).toBeUndefined()
  known.keep('/a', answer('one'))
  known.keep('/a', answer('two'))
  expect(known.find('/a')).toEqual(answer('two'))
})

test('the answer used longest ago goes first', () => {
  const known = new KnownAnswers({ answersMax: 2 })
  known.keep('/a', answer('a'))
  known.keep('/b', answer('b'))
  known.find('/a')
  known.keep('/c', answer('c'))
  expect([known.find('/a'), known.find('/b'), known.find('/c')]).toEqual([answer('a'), undefined, answer('c')])
})

test('a very long answer is not kept, nor the one it replaces', () => {
  const known = new KnownAnswers()
  known.keep('/a', answer('short'))
  known.keep('/a', answer('x'.repeat(70_000)))
  expect(known.find('/a')).toBeUndefined()
})
