import type { CommitId } from '@hcfs/core'
import { expect, test } from 'vitest'
import type { ChainEnd } from '../../src/commit/policy-view.ts'
import { ChainWriter } from './chain-writer.ts'
import { openReplica } from './judged-replica.ts'
import { outcomeOf } from './judgment-oracle.ts'
import { ada, commitNamed } from './sample-commits.ts'
import { cutKey, GRANTS, TestPolicy } from './test-policy.ts'

const alice = new ChainWriter(ada)
const commits = [alice.write()]
for (let count = 1; count < 4; count += 1) commits.push(alice.write([commits.at(-1)!]))
const outcomesWith = (end: ChainEnd, grant = GRANTS.ada): string[] => {
  const cuts = new Map([[cutKey({ ...commits[0]!.header, grant }), end]])
  const replica = openReplica(new TestPolicy({ cuts }), ...commits)
  return commits.map(({ id }) => outcomeOf(replica.verdictOf(id)))
}
const id = (index: number): CommitId => commits[index]!.id

test('a cut voids what lies beyond it', () => {
  expect(outcomesWith({ seq: 2, id: id(1) })).toEqual(['apply', 'apply', 'void past-cut', 'void past-cut'])
})

test('a cut that leaves nothing voids the whole chain', () => {
  expect(outcomesWith({ seq: 0 })).toEqual(Array(4).fill('void past-cut'))
})

test('a cut names a commit, not just a number', () => {
  expect(outcomesWith({ seq: 2, id: commitNamed('twin') })[1]).toBe('void past-cut')
})

test('a cut of another grant changes nothing', () => {
  expect(outcomesWith({ seq: 0 }, GRANTS.late)).toEqual(Array(4).fill('apply'))
})
