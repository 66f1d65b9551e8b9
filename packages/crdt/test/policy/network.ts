import type { CommitId, ContextPath, GrantId } from '@hcfs/core'
import { commitId, parsePath } from '@hcfs/core'
import { DeviceKey } from '../../src/commit/device-key.ts'
import { SignatureVerifier } from '../../src/commit/signature-verifier.ts'
import type { Genesis } from '../../src/policy/genesis.ts'
import { firstGrantOf, networkOf } from '../../src/policy/genesis.ts'
import type { GrantTerms, SignedGrant } from '../../src/policy/grant.ts'
import { signGrant } from '../../src/policy/grant.ts'
import type { PolicyEntry } from '../../src/policy/policy-entry.ts'
import { signPolicyEntry } from '../../src/policy/policy-entry.ts'
import { PolicyState } from '../../src/policy/policy-state.ts'
import type { Verified } from '../../src/policy/signed-part.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { hashOf } from '../commit/sample-commits.ts'

export const KEYS = {
  owner: keyOf(1),
  recovery: keyOf(2),
  ada: keyOf(3),
  bob: keyOf(4),
  cyd: keyOf(5),
  dan: keyOf(6),
  thief: keyOf(7),
  newOwner: keyOf(8),
  newRecovery: keyOf(9)
} as const

export type Name = keyof typeof KEYS

/** Founded on ada's device. */
export const GENESIS: Genesis = {
  ownerKey: KEYS.owner.deviceId,
  recoveryKey: KEYS.recovery.deviceId,
  firstDevice: KEYS.ada.deviceId,
  nonce: new Uint8Array(16).fill(0x5a),
  createdAtMs: 1_790_000_000_000
}

export const NETWORK = networkOf(GENESIS)
export const FIRST_GRANT: GrantId = firstGrantOf(GENESIS)
export const verifier = new SignatureVerifier()

function keyOf(byte: number): DeviceKey {
  return DeviceKey.fromSeed(new Uint8Array(32).fill(byte))
}

export function path(text: string): ContextPath {
  return parsePath(text)
}

export function commitCalled(word: string): CommitId {
  return commitId(hashOf(word))
}

export type Terms = Partial<Omit<GrantTerms, 'issuer' | 'subject' | 'parent'>> & {
  readonly parent?: Pick<GrantTerms, 'network'> & { readonly id: GrantId }
}

/** To write below /team, from epoch 1 on, unless something else is said. */
export function grantTo(subject: Name, terms: Terms = {}, by: Name = 'owner'): Verified<SignedGrant> {
  const { parent, ...rest } = terms
  return signGrant(
    {
      network: NETWORK,
      subject: KEYS[subject].deviceId,
      role: 'write',
      under: path('/team'),
      fromEpoch: 1,
      depth: 0,
      ...rest,
      ...(parent !== undefined && { parent: parent.id })
    },
    KEYS[by]
  )
}

/** The entry that follows what a state was made of. */
export function entryAfter(
  { facts }: Pick<PolicyState, 'facts'>,
  statements: readonly Statement[],
  by: Name = 'owner'
): Verified<PolicyEntry> {
  return signPolicyEntry({ network: NETWORK, epoch: facts.epoch + 1, prev: facts.head, statements }, KEYS[by])
}

/** The policy after entries of the owner, each with the given statements. */
export function policyWith(...epochs: readonly (readonly Statement[])[]): PolicyState {
  return epochs.reduce<PolicyState>(
    (state, statements) => state.withEntry(entryAfter(state, statements)),
    PolicyState.found(GENESIS)
  )
}

export function giving(grant: SignedGrant): Statement {
  return { kind: 'grant', grant }
}

/** A frontier of the space at the root, or of another, with one incarnation for each author. */
export function frontier(tips: Partial<Record<Name, number>>, space = '/') {
  return {
    space: path(space),
    tips: Object.entries(tips).map(([name, seq]) => tipOf(name as Name, seq))
  }
}

export function tipOf(name: Name, seq: number) {
  return { author: KEYS[name].deviceId, incarnation: 7, seq, id: commitCalled(`${name} ${seq}`) }
}

export function chainOf(name: Name, space = '/') {
  return { author: KEYS[name].deviceId, incarnation: 7, space: path(space) }
}
