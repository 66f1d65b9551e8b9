import type { DocId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Writer } from './ids.ts'
import { clientIdOf, SESSION_MAX } from './ids.ts'

/**
 * The session under which a writer edits an older version of a document: the
 * lowest one whose last write lies in that version. Clocks are never used twice,
 * because nothing of that session was written after the version.
 *
 * @param base - the state vector of the version that is edited
 * @param current - the state vector of everything this writer has written
 */
export function sessionFor(
  base: ReadonlyMap<number, number>,
  current: ReadonlyMap<number, number>,
  { author, docId, incarnation }: Writer & { readonly docId: DocId }
): number {
  for (let session = 0; session <= SESSION_MAX; session += 1) {
    const client = clientIdOf({ author, docId, incarnation, session })
    if ((base.get(client) ?? 0) === (current.get(client) ?? 0)) return session
  }
  throw new HcfsError(
    'VERSION_GONE',
    'This version was edited too often since: read the context again and edit what it is now',
    {
      details: { docId, sessionsMax: SESSION_MAX + 1 }
    }
  )
}
