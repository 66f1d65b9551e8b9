import { describe } from 'vitest'
import { describeBatch } from './describe-batch.ts'
import { describeEdit } from './describe-edit.ts'
import { describeGet } from './describe-get.ts'
import { describeHistory } from './describe-history.ts'
import { describeList } from './describe-list.ts'
import { describePut } from './describe-put.ts'
import { describeReceipts } from './describe-receipts.ts'
import { describeRemoval } from './describe-removal.ts'
import { describeResolve } from './describe-resolve.ts'
import { describeStatus } from './describe-status.ts'
import { describeTransfer } from './describe-transfer.ts'
import { describeWatch } from './describe-watch.ts'
import type { OpenApi } from './node-place.ts'

/**
 * What every `ContextsApi` promises, method by method. Whoever offers contexts,
 * embedded or from far away, runs this.
 */
export function describeContextsApi(name: string, open: OpenApi): void {
  describe(name, () => {
    describe('put', () => describePut(open))
    describe('edit', () => describeEdit(open))
    describe('get', () => describeGet(open))
    describe('resolve', () => describeResolve(open))
    describe('receipts and tokens', () => describeReceipts(open))
    describe('status', () => describeStatus(open))
    describe('list', () => describeList(open))
    describe('history, diff and restore', () => describeHistory(open))
    describe('remove, undelete and trash', () => describeRemoval(open))
    describe('move and copy', () => describeTransfer(open))
    describe('batch', () => describeBatch(open))
    describe('watch', () => describeWatch(open))
  })
}
