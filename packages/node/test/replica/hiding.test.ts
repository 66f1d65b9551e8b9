import { commitId } from '@hcfs/core'
import { expect, test } from 'vitest'
import { hidingAfter } from '../../src/replica/hiding.ts'

const FIRST = commitId('01'.repeat(32))
const SECOND = commitId('02'.repeat(32))
const SAW_ALL = (): boolean => true
const SAW_NOTHING = (): boolean => false

const removed = (commit = FIRST) => ({ commit, reason: 'removed' as const })
const applied = (kind: 'update' | 'delete' | 'undelete', commit = SECOND) => ({
  commit,
  kind,
  reason: 'removed' as const
})

test('a delete hides', () => {
  expect(hidingAfter([], applied('delete'), SAW_ALL)).toEqual([removed(SECOND)])
})

test.each(['update', 'undelete'] as const)('an %s that saw the delete shows the context again', (kind) => {
  expect(hidingAfter([removed()], applied(kind), SAW_ALL)).toEqual([])
})

test.each(['update', 'undelete'] as const)('an %s that did not see the delete leaves it hidden', (kind) => {
  expect(hidingAfter([removed()], applied(kind), SAW_NOTHING)).toEqual([removed()])
})

test('of two deletes at the same time both count, of one after the other the later', () => {
  expect(hidingAfter([removed()], applied('delete'), SAW_NOTHING)).toEqual([removed(), removed(SECOND)])
  expect(hidingAfter([removed()], applied('delete'), SAW_ALL)).toEqual([removed(SECOND)])
})
