import type { ContextPath, DeviceId, GrantId } from '@hcfs/core'
import fc from 'fast-check'
import type { SignedGrant } from '../../src/policy/grant.ts'
import { signGrant } from '../../src/policy/grant.ts'
import type { PolicyEntry } from '../../src/policy/policy-entry.ts'
import { PolicyState } from '../../src/policy/policy-state.ts'
import { ROLES } from '../../src/policy/role.ts'
import type { Verified } from '../../src/policy/signed-part.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { refusalOf } from '../commit/damaged-bytes.ts'
import type { Name } from './network.ts'
import { commitCalled, entryAfter, FIRST_GRANT, frontier, GENESIS, KEYS, NETWORK, path } from './network.ts'

export const PATHS: readonly ContextPath[] = ['/', '/a', '/a/b', '/ab'].map(path)
export const DEVICES = ['ada', 'bob', 'cyd'] as const

type Device = (typeof DEVICES)[number]

/** One thing that somebody tries, sensible or not. Numbers choose among what there is by then. */
interface Attempt {
  readonly what:
    | 'grant'
    | 'delegate'
    | 'revoke'
    | 'end'
    | 'narrow'
    | 'space'
    | 'settle'
    | 'horizon'
    | 'transfer'
    | 'recover'
  readonly pick: number
  readonly before: number
  readonly device: Device
  readonly signer: Name
  readonly at: number
  readonly role: number
  readonly number: number
  readonly depth: number
  readonly tips: Partial<Record<Name, number>>
}

const signer: fc.Arbitrary<Name> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Name>('owner') },
  { weight: 1, arbitrary: fc.constantFrom<Name>('newOwner', 'recovery', 'thief', 'ada') }
)

const attempt: fc.Arbitrary<Attempt> = fc.record({
  what: fc.constantFrom(
    'grant',
    'grant',
    'delegate',
    'delegate',
    'delegate',
    'revoke',
    'end',
    'narrow',
    'space',
    'settle',
    'horizon',
    'transfer',
    'recover'
  ),
  pick: fc.nat(),
  // Mostly behind the newest entry; else a fork.
  before: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) }),
  device: fc.constantFrom(...DEVICES),
  signer,
  at: fc.nat({ max: PATHS.length - 1 }),
  role: fc.nat({ max: ROLES.length - 1 }),
  number: fc.nat({ max: 3 }),
  depth: fc.nat({ max: 4 }),
  tips: fc.record({ ada: fc.integer({ min: 1, max: 9 }), bob: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] })
})

/** Everything that was signed, by whom it may concern: some of it no policy allows. */
export interface Signed {
  readonly entries: readonly PolicyEntry[]
  readonly grants: readonly SignedGrant[]
}

/**
 * A history that keeps no rule but the form: entries in a tree, and grants delegated
 * from any grant by any device. What the policy refuses is signed nevertheless, but
 * little is built upon it, or hardly anything would count.
 */
export const arbitrarySigned: fc.Arbitrary<Signed> = fc
  .array(attempt, { minLength: 1, maxLength: 16 })
  .map((attempts) => {
    const entries: PolicyEntry[] = []
    const grants: SignedGrant[] = []
    const states = [PolicyState.found(GENESIS)]
    const known: KnownGrant[] = [{ id: FIRST_GRANT, under: path('/'), subject: KEYS.ada.deviceId }]
    for (const each of attempts) {
      const parent = known[each.pick % known.length]!
      if (each.what === 'delegate') {
        const grant = delegated(each, parent)
        grants.push(grant)
        known.push(grant)
        continue
      }
      const state = states.at(-1 - each.before) ?? states[0]!
      const entry = entryOf(each, state, parent.id)
      entries.push(entry)
      known.push(...entry.statements.flatMap(grantsIn))
      if (refusalOf(() => state.withEntry(entry)) === undefined) states.push(state.withEntry(entry))
    }
    return { entries, grants }
  })

interface KnownGrant {
  readonly id: GrantId
  readonly under: ContextPath
  readonly subject: DeviceId
}

function entryOf(each: Attempt, state: PolicyState, grant: GrantId): Verified<PolicyEntry> {
  const rightful = each.what === 'recover' ? 'recovery' : nameOf(state.facts.owner)
  const signer = each.signer === 'owner' ? rightful : each.signer
  return entryAfter(state, [statementOf({ ...each, signer }, state.epoch + 1, grant)], signer)
}

function nameOf(device: DeviceId): Name {
  return (Object.keys(KEYS) as Name[]).find((name) => KEYS[name].deviceId === device)!
}

export function grantsIn(statement: Statement): SignedGrant[] {
  if (statement.kind === 'grant') return [statement.grant]
  return statement.kind === 'narrow' ? [statement.replacement] : []
}

/** Mostly within its parent; now and then by a stranger, or for more than that gives. */
function delegated(each: Attempt, parent: KnownGrant): SignedGrant {
  const isHonest = each.number < 3
  const signer = isHonest ? nameOf(parent.subject) : each.device
  return given({ ...each, at: isHonest ? each.at : 0 }, 0, { parent: parent.id, signer })
}

function given(
  { device, at, role, number, depth }: Attempt,
  fromEpoch: number,
  { parent, signer }: { readonly parent?: SignedGrant['id']; readonly signer: Name }
): SignedGrant {
  const terms = {
    network: NETWORK,
    subject: KEYS[device].deviceId,
    role: ROLES[role]!,
    under: PATHS[at]!,
    fromEpoch,
    depth
  }
  const until = number === 2 ? { untilEpoch: fromEpoch + 3 } : {}
  return signGrant({ ...terms, ...until, ...(parent !== undefined && { parent }) }, KEYS[signer])
}

function statementOf(each: Attempt, epoch: number, grant: SignedGrant['id']): Statement {
  const cuts = Object.keys(each.tips).length === 0 ? [] : [frontier(each.tips)]
  switch (each.what) {
    case 'grant':
    case 'delegate':
      return { kind: 'grant', grant: given(each, epoch - (each.number === 3 ? 1 : 0), { signer: each.signer }) }
    case 'revoke':
    case 'end':
      return { kind: each.what, grant, cuts }
    case 'narrow':
      return { kind: 'narrow', grant, cuts, replacement: given(each, epoch, { signer: each.signer }) }
    case 'space':
      return { kind: 'space', path: PATHS[each.at]! }
    case 'settle':
      return { kind: 'settle', frontier: frontier(each.tips) }
    case 'horizon':
      return { kind: 'horizon', frontier: frontier(each.tips), root: commitCalled('root') }
    case 'transfer':
      return { kind: 'transfer', owner: KEYS[each.number > 1 ? 'newOwner' : 'owner'].deviceId }
    case 'recover':
      return { kind: 'recover', owner: KEYS[each.number > 1 ? 'newOwner' : 'owner'].deviceId }
  }
}
