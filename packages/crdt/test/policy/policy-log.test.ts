import { describe, expect, test } from 'vitest'
import type { PolicyEntry } from '../../src/policy/policy-entry.ts'
import { decodePolicyEntry } from '../../src/policy/policy-entry.ts'
import { provePolicyFork, verifyPolicyFork } from '../../src/policy/policy-fork.ts'
import type { PolicyLogOptions } from '../../src/policy/policy-log.ts'
import { PolicyLog } from '../../src/policy/policy-log.ts'
import type { PolicyState } from '../../src/policy/policy-state.ts'
import { encodeSigned } from '../../src/policy/signed-part.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'
import type { Name } from './network.ts'
import { entryAfter, GENESIS, giving, grantTo, KEYS, path, policyWith, verifier } from './network.ts'

function logOf(...entries: readonly PolicyEntry[]): PolicyLog {
  return logWith({}, ...entries)
}

function logWith(options: PolicyLogOptions, ...entries: readonly PolicyEntry[]): PolicyLog {
  const log = new PolicyLog(GENESIS, verifier, options)
  for (const entry of entries) log.addEntry(entry)
  return log
}

const space = (name: string): Statement => ({ kind: 'space', path: path(name) })
const recover: Statement = { kind: 'recover', owner: KEYS.newOwner.deviceId }

/** Entries one behind the other, from a state on. */
function branch(from: PolicyState, ...steps: readonly (readonly [Statement, Name?])[]): PolicyEntry[] {
  const entries: PolicyEntry[] = []
  let state = from
  for (const [statement, by] of steps) {
    const entry = entryAfter(state, [statement], by)
    entries.push(entry)
    state = state.withEntry(entry)
  }
  return entries
}

const founding = policyWith()
const [first, second, third] = branch(founding, [space('/a')], [space('/b')], [space('/c')]) as [
  PolicyEntry,
  PolicyEntry,
  PolicyEntry
]
/** What a thief with the owner's key says in place of `second`. */
const [, otherSecond, otherThird] = branch(founding, [space('/a')], [space('/x')], [space('/y')]) as [
  PolicyEntry,
  PolicyEntry,
  PolicyEntry
]

describe('entries', () => {
  test('count once, and make the same state as one after another', () => {
    const log = logOf(first, second)
    expect(log.addEntry(second)).toBe('known')
    expect(log.state.facts).toEqual(policyWith([space('/a')], [space('/b')]).facts)
  })

  test('that come too early wait, and name what is missing', () => {
    const log = logOf(third, second)
    expect(log.state.epoch).toBe(0)
    expect(log.missing().entries).toEqual([first.id])
    expect(log.addEntry(first)).toBe('added')
    expect(log.state.epoch).toBe(3)
    expect(log.missing().entries).toEqual([])
  })

  test('wait in a place of limited size, where an earlier epoch takes the place of a later one', () => {
    const log = logWith({ policyWaitingMax: 1 }, third)
    expect(refusalOf(() => log.addEntry(otherThird))).toBe('POLICY_QUEUE_FULL')
    expect([log.addEntry(second), log.addEntry(first)]).toEqual(['waits', 'added'])
    expect(log.state.epoch).toBe(2)
  })

  test('of somebody else, or with a changed signature, are refused and leave nothing behind', () => {
    const log = logOf(first)
    const forged = { ...second, signature: second.signature.with(3, second.signature[3]! ^ 1) }
    expect(refusalOf(() => log.addEntry(forged))).toBe('POLICY_SIGNATURE_INVALID')
    expect(refusalOf(() => log.addEntry({ ...second, signer: KEYS.thief.deviceId }))).toBe('POLICY_SIGNATURE_INVALID')
    expect(refusalOf(() => log.addEntry(entryAfter(log.state, [space('/b')], 'thief')))).toBe('POLICY_SIGNER_WRONG')
    log.addEntry(second)
    expect(log.state.epoch).toBe(2)
  })

  test('that wait were checked before', () => {
    const forged = { ...second, signature: third.signature }
    expect(refusalOf(() => logOf(forged))).toBe('POLICY_SIGNATURE_INVALID')
  })

  test('with a forged grant in them are refused', () => {
    const grant = grantTo('bob')
    const entry = entryAfter(founding, [
      giving({ ...grant, signature: grant.signature.with(3, grant.signature[3]! ^ 1) })
    ])
    expect(refusalOf(() => logOf(entry))).toBe('POLICY_SIGNATURE_INVALID')
  })
})

describe('two entries of one epoch', () => {
  const frozen = logOf(first, second, third, otherSecond)

  test('freeze the log below both, and prove what the owner did', () => {
    expect(frozen.state.facts).toEqual(policyWith([space('/a')]).facts)
    expect(frozen.fork).toMatchObject({ isFinal: false })
    const [left, right] = frozen.fork!.entries
    const proof = provePolicyFork(right, left)
    expect(verifyPolicyFork(proof, verifier).map(({ id }) => id)).toEqual([second.id, otherSecond.id].toSorted())
  })

  test('prove nothing when they do not follow the same one, or when somebody else signed', () => {
    expect(() => provePolicyFork(first, second)).toThrow(TypeError)
    expect(() => provePolicyFork(third, otherThird)).toThrow(TypeError)
    const forged = decodePolicyEntry(encodeSigned({ ...second, signature: third.signature }))
    expect(refusalOf(() => verifyPolicyFork(provePolicyFork(forged, otherSecond), verifier))).toBe(
      'POLICY_PROOF_INVALID'
    )
    expect(refusalOf(() => verifyPolicyFork(second.bytes, verifier))).toBe('POLICY_PROOF_INVALID')
  })

  test('stay frozen whatever follows either of them', () => {
    const log = logOf(first, second, third, otherSecond, otherThird)
    expect([log.state.epoch, log.fork?.isFinal]).toEqual([1, false])
  })

  test('are decided by a recovery, which follows the one that is kept', () => {
    const [, , recovery] = branch(founding, [space('/a')], [space('/b')], [recover, 'recovery']) as [
      PolicyEntry,
      PolicyEntry,
      PolicyEntry
    ]
    const log = logOf(first, second, otherSecond, otherThird, recovery)
    expect(log.fork).toBeUndefined()
    expect(log.state.facts.spaces.has(path('/b'))).toBe(true)
    expect(log.state.facts.owner).toBe(KEYS.newOwner.deviceId)
    log.addEntry(third)
    expect(log.state.facts.spaces.has(path('/c'))).toBe(false)
  })

  test('can both be dropped by a recovery', () => {
    const [, recovery] = branch(founding, [space('/a')], [recover, 'recovery']) as [PolicyEntry, PolicyEntry]
    const log = logOf(first, second, otherSecond, recovery)
    expect([...log.state.facts.spaces.keys()]).toEqual(['/', '/a'])
  })

  test('of the recovery key freeze the network for good', () => {
    const [, left] = branch(founding, [space('/a')], [recover, 'recovery']) as [PolicyEntry, PolicyEntry]
    const other: Statement = { ...recover, owner: KEYS.thief.deviceId }
    const [, right] = branch(founding, [space('/a')], [other, 'recovery']) as [PolicyEntry, PolicyEntry]
    expect(logOf(first, left, right).fork).toMatchObject({ isFinal: true })
  })

  test('stay frozen when more of them turn up', () => {
    const three = ['/x', '/y', '/z'].map((name) => entryAfter(founding, [space(name)]))
    expect(logOf(...three).state.epoch).toBe(0)
  })

  test('are kept only so often, and then no more unless something waits for them', () => {
    const flood = Array.from({ length: 9 }, (_, index) => entryAfter(founding, [space(`/flood/${index}`)]))
    const log = logOf(...flood.slice(0, 8))
    expect(refusalOf(() => log.addEntry(flood[8]!))).toBe('POLICY_QUEUE_FULL')
    const recovery = entryAfter(founding.withEntry(flood[8]!), [recover], 'recovery')
    expect(log.addEntry(recovery)).toBe('waits')
    log.addEntry(flood[8]!)
    expect(log.state.facts.head).toBe(recovery.id)
  })
})

describe('delegated grants', () => {
  const bobs = grantTo('bob', { role: 'admin', depth: 2 })
  const cyds = grantTo('cyd', { parent: bobs, depth: 1 }, 'bob')
  const dans = grantTo('dan', { parent: cyds }, 'cyd')
  const giveBob = entryAfter(founding, [giving(bobs)])

  test('count once all that they come from are here', () => {
    const log = logOf()
    expect([log.addGrant(dans), log.addGrant(cyds)]).toEqual(['waits', 'waits'])
    expect(log.missing().grants).toEqual([bobs.id])
    log.addEntry(giveBob)
    expect(log.state.holds(dans.id, 1)).toBe(true)
    expect(log.missing().grants).toEqual([])
  })

  test('come back when the entry that they depend on is decided to count', () => {
    const other = entryAfter(founding, [space('/x')])
    const log = logOf(giveBob)
    log.addGrant(cyds)
    log.addEntry(other)
    expect(log.state.grant(cyds.id)).toBeUndefined()
    log.addEntry(entryAfter(founding.withEntry(giveBob), [recover], 'recovery'))
    expect(log.state.holds(cyds.id, 2)).toBe(true)
  })

  test('that widen are refused at once, or forgotten when that turns out', () => {
    const wide = grantTo('cyd', { parent: bobs, under: path('/') }, 'bob')
    expect(refusalOf(() => logOf(giveBob).addGrant(wide))).toBe('GRANT_WIDENS')
    const log = logOf()
    log.addGrant(wide)
    log.addEntry(giveBob)
    expect(log.state.grant(wide.id)).toBeUndefined()
    expect(log.missing().grants).toEqual([])
  })

  test('are refused with a wrong signature, of another network, twice, and without one that they come from', () => {
    const log = logOf(giveBob)
    expect(refusalOf(() => log.addGrant({ ...cyds, signature: dans.signature }))).toBe('POLICY_SIGNATURE_INVALID')
    expect(refusalOf(() => log.addGrant(grantTo('dan')))).toBe('POLICY_MALFORMED')
    expect([log.addGrant(cyds), log.addGrant(cyds), log.addGrant(bobs)]).toEqual(['added', 'known', 'known'])
  })

  test('are kept only so often of one', () => {
    const log = logWith({ grantDelegatesMax: 1 }, giveBob)
    log.addGrant(cyds)
    expect(refusalOf(() => log.addGrant(grantTo('dan', { parent: bobs }, 'bob')))).toBe('POLICY_QUEUE_FULL')
  })
})
