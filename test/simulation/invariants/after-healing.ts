import type { ContextPath } from '@hcfs/core'
import * as Y from 'yjs'
import type { ContextRow } from '../../../packages/node/src/replica/context-row.ts'
import { isShown } from '../../../packages/node/src/replica/context-row.ts'
import { expiresHash } from '../../../packages/node/src/replica/expiry.ts'
import { CheckedStore } from '../../../packages/node/src/storage/checked-store.ts'
import { BrokenInvariant } from '../broken-invariant.ts'
import { ProcessClock } from '../machine/machine-clock.ts'
import { verifyStore } from '../machine/simulated-node.ts'
import type { Acknowledged } from '../workload/ledger.ts'
import type { World } from '../world.ts'
import type { DiskState, LoggedCommit } from './disk-state.ts'
import { readDisk, readLog } from './disk-state.ts'

const VERIFY_MS_MAX = 3_600_000

/** What has to be true once everything was mended and all nodes are equal. */
export async function assertHealed(world: World): Promise<void> {
  for (const machine of world.machines) {
    const state = await readDisk(machine)
    const commits = await readLog(state)
    assertNothingLost(world, machine.name, commits)
    assertWords(world.ledger.acknowledged, machine.name, state)
    const store = new CheckedStore(machine.openDisk())
    const clock = new ProcessClock(machine.wall)
    const { problems } = await world.time.runThrough(verifyStore(store, { clock, founding: world.founding }), {
      msMax: VERIFY_MS_MAX
    })
    if (problems.length > 0) throw new BrokenInvariant('store-verifies', `${machine.name}: ${JSON.stringify(problems)}`)
    for (const row of state.rows) assertReplayed(machine.name, row, commits)
  }
}

function assertNothingLost({ ledger }: World, name: string, commits: readonly LoggedCommit[]): void {
  const ids = new Set<string>(commits.map(({ id }) => id))
  for (const id of ledger.published.keys()) {
    if (!ids.has(id)) throw new BrokenInvariant('no-acked-write-lost', `${name} lacks ${id}, which was shown to others`)
  }
  for (const { commit, path } of ledger.acknowledged) {
    if (commit === undefined || ids.has(commit)) continue
    throw new BrokenInvariant('no-acked-write-lost', `${name} lacks ${commit}, which was acknowledged for ${path}`)
  }
}

/** Once each: neither lost nor doubled, also in contexts that are hidden. */
function assertWords(acknowledged: readonly Acknowledged[], name: string, { rows }: DiskState): void {
  const byPath = new Map(rows.map((row) => [row.path, row]))
  for (const { path, word, part } of acknowledged) {
    if (word === undefined) continue
    const content = byPath.get(path as ContextPath)?.content
    const words = part === 'tags' ? content?.tags : content?.body.split('\n')
    const count = (words ?? []).filter((each) => each === word).length
    if (count === 1) continue
    throw new BrokenInvariant('no-acked-write-lost', `${name} has ${word} ${count} times at ${path}`)
  }
}

/** Against the plainest reading of the log: every payload into one Y.Doc, and the rule of hiding over the whole past. */
function assertReplayed(name: string, row: ContextRow, commits: readonly LoggedCommit[]): void {
  const entries = commits.flatMap(({ id, entries: all, payloads }) =>
    all.flatMap((entry, index) => (entry.path === row.path ? [{ id, entry, payload: payloads[index]! }] : []))
  )
  const doc = new Y.Doc()
  for (const { entry, payload } of entries) if (entry.kind === 'update') Y.applyUpdate(doc, payload)
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
    throw new BrokenInvariant('nothing-pending', `${name} has updates of ${row.path} that wait for others`)
  }
  if (doc.getText('body').toString() !== row.content.body) {
    throw new BrokenInvariant(
      'equal-heads-equal-content',
      `${name} shows another body of ${row.path} than its log says`
    )
  }
  if (isHiddenByLog(entries, expiresHash(row.content)) === isShown(row)) {
    const is = isShown(row) ? 'shown' : 'hidden'
    throw new BrokenInvariant('deleted-stays-deleted', `${name}: ${row.path} is ${is}, against what its log says`)
  }
}

/** Hidden: some delete has no update and no undelete among all that followed from it. */
function isHiddenByLog(
  entries: readonly { id: string; entry: LoggedCommit['entries'][number] }[],
  expires: string
): boolean {
  return entries.some(({ id, entry: { kind, about } }) => {
    if (kind !== 'delete' && kind !== 'expire') return false
    if (kind === 'expire' && about !== expires) return false
    const followers = new Set([id])
    for (const later of entries) {
      if (!later.entry.deps.some((dep) => followers.has(dep))) continue
      if (later.entry.kind === 'update' || later.entry.kind === 'undelete') return false
      followers.add(later.id)
    }
    return true
  })
}
