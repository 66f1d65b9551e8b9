import { hybridTime, networkId } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { Commit } from '../../src/commit/commit.ts'
import { describePayload } from '../../src/commit/payload.ts'
import { ChainWriter, NOTE, OTHER, PAYLOAD } from './chain-writer.ts'
import { NOW, openReplica, outcomeAfter } from './judged-replica.ts'
import { outcomeOf } from './judgment-oracle.ts'
import { MemoryReplica } from './memory-replica.ts'
import { ada, bob, hashOf } from './sample-commits.ts'
import { GRANTS, INNER, KNOWN_GRANTS, TestPolicy } from './test-policy.ts'

const MINUTE = 60_000_000
const { payloadHash } = describePayload(PAYLOAD)

test('what honest devices write applies', () => {
  const [alice, bruno] = [new ChainWriter(ada), new ChainWriter(bob)]
  const first = alice.write()
  const second = bruno.write([first])
  const third = alice.write([second])
  expect(openReplica(new TestPolicy(), first, second).receive(third)).toEqual({
    verdict: 'apply',
    entries: [{ verdict: 'apply' }]
  })
})

describe('is parked and named', () => {
  test('until its parents are applied: prev and deps, each once', () => {
    const [alice, bruno] = [new ChainWriter(ada), new ChainWriter(bob)]
    const dep = bruno.write()
    const prev = alice.write([dep])
    const commit = alice.write([prev, dep])
    const replica = openReplica()
    expect(replica.receive(commit)).toEqual({
      verdict: 'park',
      reason: 'parents-missing',
      waitingFor: [prev.id, dep.id]
    })
    replica.receive(prev)
    expect(replica.verdictOf(commit.id)).toMatchObject({ verdict: 'park', waitingFor: [prev.id, dep.id] })
    replica.receive(dep)
    expect(replica.verdictOf(commit.id).verdict).toBe('apply')
  })

  test('until the policy is here up to its epoch', () => {
    const commit = new ChainWriter(ada).write([], {}, { epoch: 3 })
    const replica = openReplica(new TestPolicy({ epoch: 2 }))
    expect(replica.receive(commit)).toEqual({ verdict: 'park', reason: 'epoch-missing', waitingFor: 3 })
    replica.learn(new TestPolicy({ epoch: 3 }))
    expect(replica.verdictOf(commit.id).verdict).toBe('apply')
  })

  test('until its grants are here', () => {
    const alice = new ChainWriter(ada)
    const late = alice.entry(OTHER, [], { grant: GRANTS.late })
    const commit = alice.writeAll([alice.entry(NOTE, []), late])
    const replica = openReplica()
    expect(replica.receive(commit)).toEqual({ verdict: 'park', reason: 'grants-missing', waitingFor: [GRANTS.late] })
    const grants = new Map([...KNOWN_GRANTS, [GRANTS.late, KNOWN_GRANTS.get(GRANTS.ada)!]])
    replica.learn(new TestPolicy({ grants }))
    expect(replica.verdictOf(commit.id).verdict).toBe('apply')
  })

  test('until its payloads are here', () => {
    const replica = new MemoryReplica({ policy: new TestPolicy(), nowHlc: NOW })
    const commit = new ChainWriter(ada).write()
    expect(replica.receive(commit)).toEqual({ verdict: 'park', reason: 'payloads-missing', waitingFor: [payloadHash] })
    replica.receivePayload(payloadHash)
    expect(replica.verdictOf(commit.id).verdict).toBe('apply')
  })

  test('while it is more than five minutes ahead of our clock', () => {
    const write = (ahead: number): Commit => new ChainWriter(ada).write([], {}, { hlc: hybridTime(NOW + ahead) })
    const hlc = hybridTime(NOW + 5 * MINUTE + 1)
    expect(outcomeAfter(write(5 * MINUTE))).toBe('apply')
    expect(openReplica().receive(write(5 * MINUTE + 1))).toEqual({
      verdict: 'park',
      reason: 'clock-ahead',
      waitingFor: hlc
    })
  })

  test('as long as this software cannot read its payloads', () => {
    expect(outcomeAfter(new ChainWriter(ada).write([], {}, { keyEpoch: 1 }))).toBe('park format-unknown')
  })
})

describe('is void as a whole', () => {
  test('when it is of another network', () => {
    const network = networkId(hashOf('other'))
    expect(outcomeAfter(new ChainWriter(ada).write([], {}, { network }))).toBe('void other-network')
  })

  test('when prev is not the commit before it', () => {
    const alice = new ChainWriter(ada)
    const first = alice.write()
    const foreign = new ChainWriter(bob).write()
    expect(outcomeAfter(first, alice.copy().write([first], {}, { seq: 3 }))).toBe('void chain-broken')
    expect(outcomeAfter(first, alice.copy().write([first], {}, { incarnation: 1 }))).toBe('void chain-broken')
    expect(outcomeAfter(first, foreign, alice.copy().write([first], {}, { prev: foreign.id }))).toBe(
      'void chain-broken'
    )
  })

  test('with everything that follows, when it is not on its chain', () => {
    const alice = new ChainWriter(ada)
    const first = alice.write()
    const broken = alice.write([first], {}, { seq: 3 })
    expect(openReplica(new TestPolicy(), first, broken).receive(alice.write())).toMatchObject({
      verdict: 'void',
      reason: 'chain-broken',
      because: broken.id,
      isFinal: true
    })
  })

  test('when its time or its epoch does not go on from prev', () => {
    const alice = new ChainWriter(ada)
    const first = alice.write([], {}, { epoch: 2 })
    expect(outcomeAfter(first, alice.copy().write([first], {}, { hlc: first.header.hlc }))).toBe(
      'void hlc-not-after-prev'
    )
    expect(outcomeAfter(first, alice.copy().write([first], {}, { epoch: 1 }))).toBe('void epoch-below-prev')
  })

  test('and the next commit of the chain may follow it', () => {
    const alice = new ChainWriter(ada)
    const first = alice.write()
    const late = alice.write([first], {}, { hlc: hybridTime(1) })
    expect(outcomeAfter(first, late, alice.write([first]))).toBe('apply')
  })
})

describe('an entry is void', () => {
  test('when its path belongs to another space at that epoch', () => {
    const inner = new ChainWriter(ada)
    const entry = inner.entry(INNER, [])
    expect(outcomeAfter(inner.copy().writeAll([entry]))).toBe('void space-wrong')
    expect(outcomeAfter(inner.copy().writeAll([entry], { space: INNER }))).toBe('apply')
    expect(outcomeAfter(inner.copy().writeAll([entry], { epoch: 0 }))).toBe('apply')
  })

  test('when its grant is that of another, or for another place', () => {
    expect(outcomeAfter(new ChainWriter(ada).write([], { grant: GRANTS.bob }))).toBe('void grant-missing')
    expect(outcomeAfter(new ChainWriter(bob).write([], { grant: GRANTS.narrow }))).toBe('void grant-missing')
  })

  test('alone: the others of its commit apply', () => {
    const alice = new ChainWriter(ada)
    const commit = alice.writeAll([alice.entry(NOTE, []), alice.entry(OTHER, [], { grant: GRANTS.bob })])
    expect(outcomeAfter(commit)).toBe('apply, void grant-missing')
  })

  test('when it names as seen what is of another context or space, or no older', () => {
    const [alice, bruno] = [new ChainWriter(ada), new ChainWriter(bob)]
    const other = bruno.copy().writeAll([bruno.entry(OTHER, [])])
    const first = bruno.write([], {}, { epoch: 2 })
    expect(outcomeAfter(other, alice.copy().write([other]))).toBe('void dep-of-other-context')
    expect(outcomeAfter(first, alice.copy().write([first], {}, { hlc: first.header.hlc }))).toBe(
      'void hlc-not-after-dep'
    )
    expect(outcomeAfter(first, alice.copy().write([first], {}, { epoch: 1 }))).toBe('void epoch-below-dep')
  })

  test('when an entry that it builds upon is void, for the same context only', () => {
    const [alice, bruno] = [new ChainWriter(ada), new ChainWriter(bob)]
    const bad = bruno.writeAll([bruno.entry(NOTE, [], { grant: GRANTS.ada }), bruno.entry(OTHER, [])])
    const commit = alice.writeAll([alice.entry(NOTE, [bad]), alice.entry(OTHER, [bad])], {}, [bad])
    expect(outcomeAfter(bad, commit)).toBe('void dep-void, apply')
  })

  test("when it leaves out its author's last entry of that context", () => {
    const [alice, bruno] = [new ChainWriter(ada), new ChainWriter(bob)]
    const first = alice.write()
    const seen = bruno.write([first])
    expect(outcomeAfter(first, alice.copy().write([]))).toBe('void own-entry-not-seen')
    expect(outcomeAfter(first, seen, alice.copy().write([seen]))).toBe('apply')
  })

  test("but not when its author's last entry is void itself", () => {
    const alice = new ChainWriter(ada)
    const bad = alice.write([], { grant: GRANTS.bob })
    expect(outcomeAfter(bad, alice.write([]))).toBe('apply')
  })

  test('when its payload does not keep the rules', () => {
    const replica = new MemoryReplica({ policy: new TestPolicy(), nowHlc: NOW, isPayloadValid: () => false })
    replica.receivePayload(payloadHash)
    const alice = new ChainWriter(ada)
    const first = alice.write([], { kind: 'update' })
    expect(outcomeOf(replica.receive(first))).toBe('void payload-invalid')
  })

  test('and then its payload need not be here', () => {
    const replica = new MemoryReplica({ policy: new TestPolicy(), nowHlc: NOW })
    expect(outcomeOf(replica.receive(new ChainWriter(ada).write([], { grant: GRANTS.bob })))).toBe('void grant-missing')
  })
})

describe('a commit of which no entry applies', () => {
  test('is void for the reason of its first entry', () => {
    const alice = new ChainWriter(ada)
    const commit = alice.writeAll([alice.entry(INNER, []), alice.entry(NOTE, [], { grant: GRANTS.bob })])
    expect(openReplica().receive(commit)).toMatchObject({ verdict: 'void', reason: 'space-wrong', isFinal: true })
  })

  test('is not void for good while one of them is held', () => {
    const alice = new ChainWriter(ada)
    const copy = alice.copy()
    const commit = alice.writeAll([alice.entry(INNER, []), alice.entry(NOTE, [])])
    const replica = openReplica(new TestPolicy(), commit, copy.write())
    expect(replica.verdictOf(commit.id)).toMatchObject({ verdict: 'void', reason: 'space-wrong', isFinal: false })
  })
})
