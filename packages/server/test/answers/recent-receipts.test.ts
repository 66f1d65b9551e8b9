import type { Receipt } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import { expect, test } from 'vitest'
import { RecentReceipts } from '../../src/answers/recent-receipts.ts'

function receipt(token: string): Receipt {
  return {
    path: parsePath('/a'),
    version: 'ab'.repeat(32),
    durable: 'disk',
    token,
    replicated: async () => ({ holders: [token] })
  }
}

test('a receipt is asked where its change is, by its token', async () => {
  const receipts = new RecentReceipts()
  receipts.keep(receipt('one'))
  receipts.keep(receipt('two'))
  expect(await receipts.replicated('one', { copies: 1 })).toEqual({ holders: ['one'] })
})

test('the oldest receipt is forgotten when there are too many; one that is kept again is new', async () => {
  const receipts = new RecentReceipts({ receiptsKeptMax: 2 })
  for (const token of ['one', 'two', 'one', 'three']) receipts.keep(receipt(token))
  expect(await receipts.replicated('one', { copies: 1 })).toEqual({ holders: ['one'] })
  await expect(receipts.replicated('two', { copies: 1 })).rejects.toMatchObject({ code: 'RECEIPT_UNKNOWN' })
})
