import { expect, test } from 'vitest'
import type { PolicyView } from '../../src/commit/policy-view.ts'
import { chainPlaceOf } from '../../src/commit/signed-header.ts'
import { ChainWriter, OTHER } from './chain-writer.ts'
import { endAt, openReplica, settling } from './judged-replica.ts'
import { outcomeOf } from './judgment-oracle.ts'
import { ada, bob } from './sample-commits.ts'
import { cutKey, GRANTS, INNER, TestPolicy } from './test-policy.ts'

const alice = new ChainWriter(ada)
const first = alice.write()
const copy = alice.copy()
const [one, two] = [alice.write([first], { note: 'one' }), copy.write([first], { note: 'two' })]
const [afterOne, afterTwo] = [alice.write([one]), copy.write([two])]
const elsewhere = copy.writeAll([copy.entry(OTHER, [])])
const built = new ChainWriter(bob).write([one, two])
const everything = [first, one, two, afterOne, afterTwo, elsewhere, built]
const outcomes = (policy: PolicyView): string[] => {
  const replica = openReplica(policy, ...everything)
  return everything.map(({ id }) => outcomeOf(replica.verdictOf(id)))
}

test('a fork is held, with what is built upon it, and hides nothing else', () => {
  expect(outcomes(new TestPolicy())).toEqual([
    'apply',
    'held fork-held',
    'held fork-held',
    'held fork-held',
    'held fork-held',
    'apply',
    'held dep-void'
  ])
})

test('a fork names the twin', () => {
  const replica = openReplica(new TestPolicy(), ...everything)
  expect(replica.verdictOf(one.id)).toMatchObject({ verdict: 'void', isFinal: false, because: two.id })
})

test('a fork is decided by a settlement, for the whole branch', () => {
  expect(outcomes(settling(one))).toEqual([
    'apply',
    'apply',
    'void against-settlement',
    'held fork-held',
    'void against-settlement',
    'void against-settlement',
    'void dep-void'
  ])
})

test('a fork is decided by a later settlement too', () => {
  expect(outcomes(settling(elsewhere))).toEqual([
    'apply',
    'void against-settlement',
    'apply',
    'void against-settlement',
    'apply',
    'apply',
    'void dep-void'
  ])
})

test('a fork is decided by a cut, for the entries under that grant', () => {
  const cuts = new Map([[cutKey({ ...afterOne.header, grant: GRANTS.ada }), endAt(afterOne)]])
  expect(outcomes(new TestPolicy({ cuts }))).toEqual([
    'apply',
    'apply',
    'void past-cut',
    'apply',
    'void past-cut',
    'void past-cut',
    'void dep-void'
  ])
})

test('a fork that a settlement decides is held until the chain to it is here, whatever else is wrong', () => {
  const author = new ChainWriter(ada)
  const rival = author.copy()
  const misplaced = author.writeAll([author.entry(INNER, [])])
  const [settled, settledNext] = [rival.write(), rival.writeAll([rival.entry(OTHER, [])])]
  const replica = openReplica(settling(settledNext), misplaced)
  expect(outcomeOf(replica.verdictOf(misplaced.id))).toBe('void space-wrong')
  replica.receive(settled)
  expect(outcomeOf(replica.verdictOf(misplaced.id))).toBe('held fork-held')
  replica.receive(settledNext)
  expect(outcomeOf(replica.verdictOf(misplaced.id))).toBe('void against-settlement')
  expect(outcomeOf(replica.verdictOf(settled.id))).toBe('apply')
})

test('a fork is held as soon as a proof shows the other header', () => {
  const replica = openReplica(new TestPolicy(), first, one, afterOne)
  expect(outcomeOf(replica.verdictOf(one.id))).toBe('apply')
  replica.see(chainPlaceOf(two.header), two.id)
  expect(outcomeOf(replica.verdictOf(one.id))).toBe('held fork-held')
  expect(outcomeOf(replica.verdictOf(afterOne.id))).toBe('held dep-void')
})
