import { expect, test } from 'vitest'
import { patienceOf } from '../../src/answers/patience.ts'

function patience(prefer: string | undefined, timeoutMs?: number) {
  const sent: string[] = []
  const reply = { header: (_: string, value: string) => sent.push(value) }
  return { ...patienceOf(prefer === undefined ? {} : { prefer }, reply, timeoutMs), sent }
}

test.each([
  ['wait=10', 10_000, ['wait=10']],
  ['respond-async, WAIT = "3"', 3_000, ['wait=3']],
  ['wait=0; x=y', 0, ['wait=0']]
])('%s is a time to wait', (prefer, timeoutMs, sent) => {
  expect(patience(prefer)).toEqual({ timeoutMs, sent })
})

test.each([undefined, '', 'wait', 'wait=', 'wait=x', 'await=5', 'wait=-1', 'wait=9999999999'])(
  '%s is none',
  (prefer) => {
    expect(patience(prefer)).toEqual({ sent: [] })
  }
)

test('what the call itself says goes first', () => {
  expect(patience('wait=10', 5)).toEqual({ timeoutMs: 5, sent: [] })
})
