import { HcfsError, idToBytes } from '@hcfs/core'
import { isStrongPoint } from '../commit/strong-point.ts'
import { applyGrant, applyTaking } from './apply-grant.ts'
import { applyHorizon, applySettlement } from './apply-settlement.ts'
import { grownMap } from './grown-map.ts'
import type { PolicyEntry } from './policy-entry.ts'
import { isRecovery } from './policy-entry.ts'
import { otherNetwork, outOfOrder, refusedStatement } from './policy-errors.ts'
import type { PolicyFacts } from './policy-facts.ts'
import type { RecoverStatement, Statement } from './statement.ts'

/**
 * The policy after one more entry. All of the entry counts, or nothing: it fails
 * with the code of the first rule that is broken. Depends on the log alone, never
 * on delegated grants, which some replicas have earlier than others.
 */
export function applyEntry(facts: PolicyFacts, entry: PolicyEntry): PolicyFacts {
  assertFollows(facts, entry)
  assertSigner(facts, entry)
  const epoch = entry.epoch
  const after = entry.statements.reduce<PolicyFacts>(applyStatement, { ...facts, epoch })
  return { ...after, head: entry.id }
}

function assertFollows(facts: PolicyFacts, { network, epoch, prev }: PolicyEntry): void {
  if (network !== facts.network) throw otherNetwork()
  if (epoch !== facts.epoch + 1 || prev !== facts.head) {
    throw outOfOrder(`The policy entry of epoch ${epoch} does not follow the one of epoch ${facts.epoch}`)
  }
}

/** The recovery key may do one thing only, and only it may do that. */
function assertSigner(facts: PolicyFacts, entry: PolicyEntry): void {
  const isForRecovery = isRecovery(entry)
  if (isForRecovery && entry.statements.length > 1) {
    throw refusedStatement('recovery-not-alone', 'A recovery stands in an entry of its own')
  }
  if (entry.signer === (isForRecovery ? facts.recovery : facts.owner)) return
  throw new HcfsError('POLICY_SIGNER_WRONG', 'The policy entry was not signed by who owned the network; drop it', {
    details: { epoch: entry.epoch, signer: entry.signer }
  })
}

function applyStatement(facts: PolicyFacts, statement: Statement): PolicyFacts {
  switch (statement.kind) {
    case 'grant':
      return applyGrant(facts, statement.grant)
    case 'revoke':
    case 'end':
    case 'narrow':
      return applyTaking(facts, statement)
    case 'space':
      return applySpace(facts, statement)
    case 'settle':
      return applySettlement(facts, statement.frontier)
    case 'horizon':
      return applyHorizon(facts, statement)
    case 'transfer':
      return applyTransfer(facts, statement)
    case 'recover':
      return withKeys(facts, statement)
    case 'confirm':
      return { ...facts, confirmed: new Set(facts.confirmed).add(statement.suspension) }
    case 'lift':
      return { ...facts, lifted: new Set(facts.lifted).add(statement.suspension) }
    case 'member':
      return { ...facts, members: grownMap('membersMax', facts.members, [statement.device, statement]) }
    case 'setting':
      return { ...facts, settings: new Map(facts.settings).set(statement.name, statement.value) }
  }
}

function applySpace(facts: PolicyFacts, { path }: Extract<Statement, { kind: 'space' }>): PolicyFacts {
  if (facts.spaces.has(path)) throw refusedStatement('space-declared', 'The path is a space already')
  return { ...facts, spaces: grownMap('spacesMax', facts.spaces, [path, facts.epoch]) }
}

function applyTransfer(facts: PolicyFacts, { owner }: Extract<Statement, { kind: 'transfer' }>): PolicyFacts {
  if (owner === facts.owner) throw refusedStatement('key-unchanged', 'The network belongs to that key already')
  return withKeys(facts, { owner })
}

/** A recovery may keep the owner: one whose backup signed an epoch twice by mistake goes on. */
function withKeys(
  facts: PolicyFacts,
  { owner, recovery = facts.recovery }: Pick<RecoverStatement, 'owner' | 'recovery'>
): PolicyFacts {
  if (![owner, recovery].every((key) => isStrongPoint(idToBytes(key)))) {
    throw refusedStatement('key-weak', 'Anybody can sign for that key')
  }
  return { ...facts, owner, recovery }
}
