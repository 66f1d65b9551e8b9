import { compareCodePoints, FORMAT_LIMITS, parseCanonicalPath } from '@hcfs/core'
import { assertAscending, assertCount, assertText, assertWholeNumber } from '../commit/value-rules.ts'
import type { SpaceFrontier } from './frontier.ts'
import { assertFrontierRules, assertFrontiersRules } from './frontier.ts'
import { NETWORK_SETTINGS } from './network-settings.ts'
import { malformedPolicy } from './policy-errors.ts'
import type { MemberStatement, Statement } from './statement.ts'

const HASH_PATTERN = /^[0-9a-f]{64}$/

/** What holds of a statement by itself, whatever the policy says. */
export function assertStatementRules(statement: Statement): void {
  if ('cuts' in statement) assertFrontiersRules(statement.cuts)
  if ('frontier' in statement) assertFrontierRules(statement.frontier)
  if ('suspension' in statement) assertHash('statement.suspension', statement.suspension)
  if ('root' in statement) assertHash('statement.root', statement.root)
  if (statement.kind === 'space') parseCanonicalPath(statement.path)
  if (statement.kind === 'member') assertMemberRules(statement)
  if (statement.kind === 'setting') {
    assertWholeNumber('statement.value', statement.value, NETWORK_SETTINGS[statement.name])
  }
}

/** Of all statements of an entry together. */
export function assertStatementsRules(statements: readonly Statement[]): void {
  if (statements.length === 0) throw malformedPolicy('entry.statements', 'is empty')
  assertCount('entry.statements', statements.length, FORMAT_LIMITS.policyStatementsMax)
  for (const statement of statements) assertStatementRules(statement)
  const chains = statements.flatMap(frontiersOf).reduce((sum, { tips }) => sum + tips.length, 0)
  assertCount('entry.chains', chains, FORMAT_LIMITS.policyChainsMax)
}

function frontiersOf(statement: Statement): readonly SpaceFrontier[] {
  if ('cuts' in statement) return statement.cuts
  return 'frontier' in statement ? [statement.frontier] : []
}

function assertMemberRules({ name, addresses, replicates }: MemberStatement): void {
  assertText('member.name', name, FORMAT_LIMITS.memberNameBytesMax)
  assertCount('member.addresses', addresses.length, FORMAT_LIMITS.memberAddressesMax)
  for (const address of addresses) assertText('member.address', address, FORMAT_LIMITS.addressBytesMax)
  if (replicates === undefined) return
  assertCount('member.replicates', replicates.length, FORMAT_LIMITS.spacesMax)
  assertAscending('member.replicates', replicates, compareCodePoints)
  for (const space of replicates) parseCanonicalPath(space)
}

function assertHash(field: string, hash: string): void {
  if (!HASH_PATTERN.test(hash)) throw malformedPolicy(field, 'is not 32 bytes')
}
