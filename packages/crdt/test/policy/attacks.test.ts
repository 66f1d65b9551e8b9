import type { GrantId } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { Commit } from '../../src/commit/commit.ts'
import type { ChainTip } from '../../src/policy/frontier.ts'
import type { PolicyState } from '../../src/policy/policy-state.ts'
import { ChainWriter } from '../commit/chain-writer.ts'
import { openReplica } from '../commit/judged-replica.ts'
import { outcomeOf } from '../commit/judgment-oracle.ts'
import type { Name } from './network.ts'
import { entryAfter, FIRST_GRANT, giving, grantTo, KEYS, NETWORK, path, policyWith } from './network.ts'

/** What a policy says of commits that arrive in this order, and in the other. */
function outcomes(policy: PolicyState, ...commits: Commit[]): string[] {
  const [forward, backward] = [commits, commits.toReversed()].map((order) => {
    const replica = openReplica(policy, ...order)
    return commits.map(({ id }) => outcomeOf(replica.verdictOf(id)))
  })
  expect(backward).toEqual(forward)
  return forward!
}

/** A device that writes one context under a grant, each time after what it wrote before. */
function writerOf(name: Name, grant: GrantId) {
  const chain = new ChainWriter(KEYS[name])
  let last: Commit[] = []
  return {
    write: (epoch: number, note = 'note') => {
      last = [chain.write(last, { grant, note }, { network: NETWORK, epoch })]
      return last[0]!
    }
  }
}

function tipAt({ header, id }: Commit): ChainTip {
  return { author: header.author, incarnation: header.incarnation, seq: header.seq, id }
}

const bobs = grantTo('bob', { role: 'admin', under: path('/'), depth: 2 })
const given = policyWith([giving(bobs)])

function revokedAfter(...kept: Commit[]): PolicyState {
  const cuts = kept.length === 0 ? [] : [{ space: path('/'), tips: kept.map(tipAt) }]
  return given.withEntry(entryAfter(given, [{ kind: 'revoke', grant: bobs.id, cuts }]))
}

describe('a member whose grant was revoked', () => {
  const bob = writerOf('bob', bobs.id)
  const [first, second, backDated] = [bob.write(1), bob.write(1), bob.write(1)]

  test('keeps what lies before the cut, and gains nothing by dating later writes back', () => {
    expect(outcomes(given, first, second, backDated)).toEqual(['apply', 'apply', 'apply'])
    expect(outcomes(revokedAfter(second), first, second, backDated)).toEqual(['apply', 'apply', 'void past-cut'])
  })

  test('gains nothing by starting an old chain anew, in another incarnation', () => {
    const chain = new ChainWriter(KEYS.bob)
    const fresh = chain.write([], { grant: bobs.id }, { network: NETWORK, epoch: 1, incarnation: 99 })
    expect(outcomes(revokedAfter(second), first, second, fresh)).toEqual(['apply', 'apply', 'void past-cut'])
  })

  test('gains nothing by writing at the epoch of the revocation', () => {
    const late = writerOf('bob', bobs.id).write(2)
    expect(outcomes(revokedAfter(), late)).toEqual(['void grant-missing'])
  })

  test('gains nothing by rewriting a place before the cut', () => {
    const other = writerOf('bob', bobs.id)
    const twin = other.write(1, 'twin')
    expect(outcomes(revokedAfter(second), first, second, twin)).toEqual(['apply', 'apply', 'void past-cut'])
  })

  test('gains nothing by handing its grant on, dated back', () => {
    const handed = grantTo('thief', { parent: bobs, under: path('/'), fromEpoch: 0 }, 'bob')
    const policy = revokedAfter(second).withGrants(handed)
    const thief = writerOf('thief', handed.id)
    expect(outcomes(policy, thief.write(1))).toEqual(['void past-cut'])
    expect(policy.isMember(KEYS.thief.deviceId)).toBe(false)
  })
})

describe('a grant', () => {
  test('of somebody else gives a thief nothing', () => {
    expect(outcomes(given, writerOf('thief', bobs.id).write(1))).toEqual(['void grant-missing'])
    expect(outcomes(given, writerOf('thief', FIRST_GRANT).write(1))).toEqual(['void grant-missing'])
  })

  test('gives nothing at an epoch before it was given', () => {
    expect(outcomes(given, writerOf('bob', bobs.id).write(0))).toEqual(['void grant-missing'])
  })

  test('gives nothing beyond a path that was narrowed', () => {
    const replacement = grantTo('bob', { under: path('/team'), fromEpoch: 2 })
    const policy = given.withEntry(entryAfter(given, [{ kind: 'narrow', grant: bobs.id, cuts: [], replacement }]))
    expect(outcomes(policy, writerOf('bob', bobs.id).write(2))).toEqual(['void grant-missing'])
    expect(outcomes(policy, writerOf('bob', replacement.id).write(2))).toEqual(['void grant-missing'])
  })

  test('at an epoch that is not here lets a commit wait', () => {
    expect(outcomes(given, writerOf('bob', bobs.id).write(2))).toEqual(['park epoch-missing'])
  })
})

describe('an author that fills a place twice', () => {
  const bob = new ChainWriter(KEYS.bob)
  const bobHeader = { network: NETWORK, epoch: 1 }
  const copy = bob.copy()
  const one = bob.write([], { grant: bobs.id, note: 'one' }, bobHeader)
  const two = copy.write([], { grant: bobs.id, note: 'two' }, bobHeader)
  const settling = (state: PolicyState, commit: Commit) =>
    state.withEntry(entryAfter(state, [{ kind: 'settle', frontier: { space: path('/'), tips: [tipAt(commit)] } }]))

  test('is held until a settlement names the branch', () => {
    expect(outcomes(given, one, two)).toEqual(['held fork-held', 'held fork-held'])
    expect(outcomes(settling(given, two), one, two)).toEqual(['void against-settlement', 'apply'])
  })

  test('cannot unsettle what was settled before its second commit turned up', () => {
    const settled = settling(given, one)
    expect(outcomes(settled, one)).toEqual(['apply'])
    expect(outcomes(settled, one, two)).toEqual(['apply', 'void against-settlement'])
  })
})

describe('a space', () => {
  const declared = given.withEntry(entryAfter(given, [{ kind: 'space', path: path('/note') }]))

  test('takes no write of an earlier epoch away from the outer one', () => {
    expect(outcomes(declared, writerOf('bob', bobs.id).write(1))).toEqual(['apply'])
  })

  test('is not written through the outer one once it was declared', () => {
    expect(outcomes(declared, writerOf('bob', bobs.id).write(2))).toEqual(['void space-wrong'])
  })
})
