import type { Commit } from '@hcfs/crdt'
import { CommitLog } from '../../../packages/node/src/replica/commit-log.ts'
import type { ContextRow } from '../../../packages/node/src/replica/context-row.ts'
import { decodeRow } from '../../../packages/node/src/replica/context-row.ts'
import { CheckedStore } from '../../../packages/node/src/storage/checked-store.ts'
import { keys } from '../../../packages/node/src/storage/keys.ts'
import type { StoreKey } from '../../../packages/node/src/storage/ordered-store.ts'
import type { Machine } from '../machine/machine.ts'

export interface LoggedCommit extends Pick<Commit, 'id' | 'header' | 'entries'> {
  readonly payloads: readonly Uint8Array[]
  /** By their place in the commit. */
  readonly voids: ReadonlyMap<number, string>
}

/** What lies on the disk of a machine, read past its node and its faults. */
export interface DiskState {
  readonly rows: readonly ContextRow[]
  readonly leaves: readonly (readonly [key: StoreKey, value: Uint8Array])[]
  readonly log: CommitLog
}

export async function readDisk(machine: Machine): Promise<DiskState> {
  const store = new CheckedStore(machine.openDisk())
  const rows: ContextRow[] = []
  const leaves: [StoreKey, Uint8Array][] = []
  for (const family of ['context', 'hidden', 'stray'] as const) {
    for await (const chunk of store.scanText(keys.family(family)))
      for (const [, text] of chunk) rows.push(decodeRow(text))
  }
  for await (const chunk of store.scan(keys.family('leaf'))) {
    for (const [key, value] of chunk) leaves.push([key, value])
  }
  return { rows, leaves, log: new CommitLog({ store }) }
}

export async function readLog({ log }: DiskState): Promise<LoggedCommit[]> {
  const commits: LoggedCommit[] = []
  for await (const { signed, entries } of log.commits({ after: 0 })) {
    commits.push({
      id: signed.id,
      header: signed.header,
      entries: entries.map(({ entry }) => entry),
      payloads: entries.map(({ payload }) => payload),
      voids: new Map(entries.flatMap(({ index, voided }) => (voided === undefined ? [] : [[index, voided.reason]])))
    })
  }
  return commits
}
