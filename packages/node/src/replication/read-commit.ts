import type { CommitEntry, SyncedCommit } from '@hcfs/crdt'
import type { CommitLog } from '../replica/commit-log.ts'

/** One whole commit of the log. Holds the event loop for some microseconds an entry. */
export function readCommit(log: Pick<CommitLog, 'header' | 'entry'>, position: number): SyncedCommit {
  const signed = log.header(position)
  const logged = Array.from({ length: signed.header.entryCount }, (_, index) => log.entry({ position, index }))
  return {
    commit: {
      ...signed,
      entries: logged.map(({ entry }) => entry),
      entryBytes: logged.map(({ entryBytes }) => entryBytes)
    },
    payloads: logged.map(({ entry, payload }) => payloadOf(entry, payload))
  }
}

/** The log holds nothing for an entry without a payload, and for one that is void and whose payload never came. */
function payloadOf(entry: CommitEntry, payload: Uint8Array): Uint8Array | undefined {
  return entry.payloadHash !== undefined && payload.byteLength === entry.payloadBytes ? payload : undefined
}

/** Of a commit as it is stored. */
export function bytesOfCommit({ commit, payloads }: SyncedCommit): number {
  const parts = [commit.headerBytes, commit.signature, ...commit.entryBytes, ...payloads]
  return parts.reduce((sum, part) => sum + (part?.byteLength ?? 0), 0)
}
