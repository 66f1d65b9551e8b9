import type { By, CommitId } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import type { ClientRange } from '../document/client-range.ts'
import { SESSION_MAX } from '../document/ids.ts'
import type { CommitEntry } from './commit.ts'
import { malformed, tooLarge } from './commit-errors.ts'
import { assertAscending, assertCount, assertText, assertWholeNumber } from './value-rules.ts'

const HASH_PATTERN = /^[0-9a-f]{64}$/

/** What an entry must be on its own, whoever wrote it and whatever came before it. */
export function assertEntryRules(entry: CommitEntry): void {
  assertCount('entry.deps', entry.deps.length, FORMAT_LIMITS.entryDepsMax)
  assertAscending('entry.deps', entry.deps, compareIds)
  if (entry.about !== undefined && !HASH_PATTERN.test(entry.about)) throw malformed('entry.about', 'is not 32 bytes')
  assertText('entry.note', entry.note, FORMAT_LIMITS.noteBytesMax)
  if (entry.by !== undefined) assertBy(entry.by)
  assertClients(entry.clients)
  if (entry.kind === 'update') assertPayloadDescribed(entry)
  else assertActsOnSomething(entry)
}

export function compareIds(left: CommitId, right: CommitId): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

export function compareClients(left: ClientRange, right: ClientRange): number {
  return sessionRank(left) - sessionRank(right)
}

function sessionRank({ session }: ClientRange): number {
  return session === 'text' ? -1 : session
}

function assertBy({ agent, run, origin }: By): void {
  if (agent === undefined && run === undefined && origin === undefined) {
    throw malformed('entry.by', 'says nothing; it is left out instead')
  }
  assertText('entry.by.agent', agent, FORMAT_LIMITS.agentBytesMax)
  assertText('entry.by.run', run, FORMAT_LIMITS.runBytesMax)
}

function assertClients(clients: readonly ClientRange[]): void {
  assertCount('entry.clients', clients.length, FORMAT_LIMITS.entryClientsMax)
  let length = 0
  for (const { session, clock, len } of clients) {
    if (session !== 'text') assertWholeNumber('entry.clients.session', session, { max: SESSION_MAX })
    else if (clock !== 0) throw malformed('entry.clients.clock', 'is not 0 although it is the first body')
    assertWholeNumber('entry.clients.clock', clock)
    assertWholeNumber('entry.clients.len', len, { min: 1 })
    if (!Number.isSafeInteger(clock + len)) throw malformed('entry.clients.clock', 'ends above 2^53 - 1')
    length += len
  }
  if (length > FORMAT_LIMITS.updateLengthMax) throw tooLarge('entry.clients.len', length, FORMAT_LIMITS.updateLengthMax)
  assertAscending('entry.clients', clients, compareClients)
}

function assertPayloadDescribed({ payloadHash, payloadBytes }: CommitEntry): void {
  if (payloadHash === undefined) throw malformed('entry.payloadHash', 'is missing in an update')
  assertWholeNumber('entry.payloadBytes', payloadBytes, { min: 1 })
  if (payloadBytes > FORMAT_LIMITS.commitPayloadBytesMax) {
    throw tooLarge('entry.payloadBytes', payloadBytes, FORMAT_LIMITS.commitPayloadBytesMax)
  }
}

/** A delete, undelete or expiry changes no Yjs state: what it says, the entry itself says. */
function assertActsOnSomething({ kind, deps, clients, about, payloadHash, payloadBytes }: CommitEntry): void {
  if (payloadHash !== undefined || payloadBytes !== 0)
    throw malformed('entry.payloadHash', `stands in an entry of kind ${kind}`)
  if (clients.length > 0) throw malformed('entry.clients', `stand in an entry of kind ${kind}`)
  if (deps.length === 0) throw malformed('entry.deps', `are empty in an entry of kind ${kind}`)
  if (kind === 'expire' && about === undefined) throw malformed('entry.about', 'does not name the value that expired')
}
