import type { DocId } from '@hcfs/core'
import type { ClientRange } from '../document/client-range.ts'
import type { Writer } from '../document/ids.ts'
import { clientIdOf, textClientIdOf } from '../document/ids.ts'
import type { ScannedSection, ScannedUpdate } from './scan-update.ts'
import { UpdateCursor } from './update-cursor.ts'
import { updateRefusal } from './update-refusal.ts'

export interface MatchingContext {
  readonly docId: DocId
  readonly writer: Writer
  /** What the entry declares. */
  readonly clients: readonly ClientRange[]
  /** How far each client is written in what the author saw. */
  readonly base: ReadonlyMap<number, number>
}

/** The session of the author that each client of an update stands for. */
export type SessionOfClient = ReadonlyMap<number, ClientRange['session']>

/**
 * Checks that an update writes under the clients its entry declares and no
 * others, that their ids are its author's own, and that each goes on where it
 * stopped in what the author saw.
 */
export function matchClients(payload: Uint8Array, update: ScannedUpdate, context: MatchingContext): SessionOfClient {
  const { docId, clients, base } = context
  const { author, incarnation } = context.writer
  const [firstText, another] = clients.filter(({ session }) => session === 'text')
  if (another !== undefined) throw updateRefusal('UPDATE_DECLARATION_WRONG', 'its entry declares two first bodies')
  const declared = new Map<number, ClientRange>()
  for (const range of clients) {
    const { session } = range
    if (session !== 'text') declared.set(clientIdOf({ author, incarnation, docId, session }), range)
  }
  const sessions = new Map<number, ClientRange['session']>()
  for (const section of update.sections) {
    const range = declared.get(section.client) ?? firstText
    if (range === undefined)
      throw refusal('UPDATE_CLIENT_UNDECLARED', 'it writes as a client it does not declare', section)
    if (range.session === 'text') assertFirstText(payload, section, docId)
    assertContinues(section, range, base)
    sessions.set(section.client, range.session)
  }
  // Every section has a range of its own: client ids differ, and a text has one id.
  if (clients.length === update.sections.length) return sessions
  throw updateRefusal('UPDATE_DECLARATION_WRONG', 'its entry declares a client twice, or one that writes nothing')
}

/** Anybody may write a first body: its id is that of the text, so the same text is the same structs. */
function assertFirstText(payload: Uint8Array, section: ScannedSection, docId: DocId): void {
  const [struct, another] = section.structs
  const isWhole =
    struct?.kind === 'text' && struct.place?.root === 'body' && section.clock === 0 && another === undefined
  if (isWhole && textClientIdOf(docId, new UpdateCursor(payload, struct.contentAt).readTextBytes()) === section.client)
    return
  throw refusal(
    'UPDATE_FIRST_TEXT_INVALID',
    'a client is neither a session of its author nor that of a first body',
    section
  )
}

function assertContinues(section: ScannedSection, range: ClientRange, base: ReadonlyMap<number, number>): void {
  if (section.clock !== range.clock || section.length !== range.len) {
    throw refusal('UPDATE_DECLARATION_WRONG', 'a client does not write what the entry declares', section)
  }
  if (section.clock !== (base.get(section.client) ?? 0)) {
    throw refusal('UPDATE_CLOCK_GAP', 'a client does not go on where it stopped', section)
  }
}

function refusal(
  code: 'UPDATE_CLIENT_UNDECLARED' | 'UPDATE_FIRST_TEXT_INVALID' | 'UPDATE_DECLARATION_WRONG' | 'UPDATE_CLOCK_GAP',
  reason: string,
  { client, clock, length }: ScannedSection
) {
  return updateRefusal(code, reason, { client, clock, length })
}
