import { test } from 'vitest'
import { checkOrder } from './policy-order.ts'

test('the same policy gives the same decisions, whatever the order of arrival', () => {
  checkOrder(150)
})
