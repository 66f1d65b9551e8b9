import { test } from 'vitest'
import { checkOrder } from './policy-order.ts'

test('thousands of random policies give the same decisions, whatever the order of arrival', () => {
  checkOrder(5_000)
})
