import type { ContextPath } from '@hcfs/core'
import { silentLogger } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'
import { SignatureVerifier } from '@hcfs/crdt'
import * as Y from 'yjs'
import { PolicyKeeper } from '../../../packages/node/src/membership/policy-keeper.ts'
import type { ContextRow } from '../../../packages/node/src/replica/context-row.ts'
import { isShown } from '../../../packages/node/src/replica/context-row.ts'
import { expiresHash } from '../../../packages/node/src/replica/expiry.ts'
import { CheckedStore } from '../../../packages/node/src/storage/checked-store.ts'
import { BrokenInvariant } from '../broken-invariant.ts'
import { ProcessClock } from '../machine/machine-clock.ts'
import { verifyStore } from '../machine/simulated-node.ts'
import { PRIVATE_SPACE } from '../network-founding.ts'
import type { Acknowledged } from '../workload/ledger.ts'
import type { World } from '../world.ts'
import type { DiskState, LoggedCommit } from './disk-state.ts'
import { readDisk, readLog } from './disk-state.ts'
import type { Verdicts } from './final-verdicts.ts'
import { assertVerdicts } from './final-verdicts.ts'

const VERIFY_MS_MAX = 3_600_000

/** What has to be true once everything was mended and all nodes are equal. */
export async function assertHealed(world: World): Promise<void> {
  const policy = await finalPolicy(world)
  for (const machine of world.members) {
    const state = await readDisk(machine)
    const commits = await readLog(state)
    const isOutside = world.isOutsider(machine.device)
    assertNothingLost(world, machine.name, { commits, isOutside })
    const voids = assertVerdicts(machine.name, commits, { policy, world })
    assertWords(world.ledger.acknowledged, machine.name, { state, voids, isOutside })
    const store = new CheckedStore(machine.openDisk())
    const clock = new ProcessClock(machine.wall)
    const spaceOf = (path: ContextPath): ContextPath => policy.spaceOf(path, policy.epoch)
    const verifying = verifyStore(store, { clock, founding: world.founding, spaceOf })
    const { problems } = await world.time.runThrough(verifying, { msMax: VERIFY_MS_MAX })
    if (problems.length > 0) throw new BrokenInvariant('store-verifies', `${machine.name}: ${JSON.stringify(problems)}`)
    for (const row of state.rows) assertReplayed(machine.name, row, commits)
  }
}

/** What the owner's node made of it in the end. */
async function finalPolicy({ machines, founding }: World): Promise<PolicyState> {
  const store = new CheckedStore(machines[0]!.openDisk())
  const clock = { now: () => machines[0]!.wall.now() }
  const verifier = new SignatureVerifier()
  const keeper = await PolicyKeeper.open({ store, verifier, clock, log: silentLogger }, founding.genesis)
  return keeper.state
}

function assertNothingLost(
  { ledger }: World,
  name: string,
  { commits, isOutside }: { commits: readonly LoggedCommit[]; isOutside: boolean }
): void {
  const ids = new Set<string>(commits.map(({ id }) => id))
  if (isOutside && commits.some(({ header }) => header.space === PRIVATE_SPACE)) {
    throw new BrokenInvariant('spaces-stay-inside', `${name} keeps what it may not read`)
  }
  for (const [id, { header }] of ledger.published) {
    if (ledger.isGone(header.author) || (isOutside && header.space === PRIVATE_SPACE)) continue
    if (!ids.has(id)) throw new BrokenInvariant('no-acked-write-lost', `${name} lacks ${id}, which was shown to others`)
  }
  for (const { commit, path, author } of ledger.acknowledged) {
    if (commit === undefined || ids.has(commit) || ledger.isGone(author)) continue
    if (isOutside && isPrivate(path)) continue
    throw new BrokenInvariant('no-acked-write-lost', `${name} lacks ${commit}, which was acknowledged for ${path}`)
  }
}

/** Once each: neither lost nor doubled, also in contexts that are hidden. */
function assertWords(
  acknowledged: readonly Acknowledged[],
  name: string,
  { state: { rows }, voids, isOutside }: { state: DiskState; voids: Verdicts; isOutside: boolean }
): void {
  const byPath = new Map(rows.map((row) => [row.path, row]))
  for (const { path, word, part, commit } of acknowledged) {
    if (word === undefined || commit === undefined || (isOutside && isPrivate(path))) continue
    const verdict = voids.get(`${commit} ${path}`)
    // Whoever built on what became void may have written it anew, and a commit that nobody was shown may be missing.
    if (verdict === undefined || verdict === 'dep-void') continue
    const content = byPath.get(path as ContextPath)?.content
    const words = part === 'tags' ? content?.tags : content?.body.split('\n')
    const count = (words ?? []).filter((each) => each === word).length
    if (count === (verdict === 'applies' ? 1 : 0)) continue
    throw new BrokenInvariant('no-acked-write-lost', `${name} has ${word} ${count} times at ${path}`)
  }
}

/** Against the plainest reading of the log: every payload into one Y.Doc, and the rule of hiding over the whole past. */
function assertReplayed(name: string, row: ContextRow, commits: readonly LoggedCommit[]): void {
  const entries = commits.flatMap(({ id, entries: all, payloads, voids }) =>
    all.flatMap((entry, index) =>
      entry.path === row.path && !voids.has(index) ? [{ id, entry, payload: payloads[index]! }] : []
    )
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

function isPrivate(path: string): boolean {
  return path.startsWith(`${PRIVATE_SPACE}/`)
}
