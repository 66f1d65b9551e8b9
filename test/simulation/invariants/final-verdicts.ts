import type { PolicyState } from '@hcfs/crdt'
import { BrokenInvariant } from '../broken-invariant.ts'
import type { World } from '../world.ts'
import type { LoggedCommit } from './disk-state.ts'

/** What is to be thought of an entry, by its commit and path. */
export type Verdict = 'applies' | 'past-cut' | 'dep-void' | 'of-a-liar'
export type Verdicts = ReadonlyMap<string, Verdict>

/**
 * The rules of cuts in their plainest form: what a member that was shut out wrote beyond
 * the cut is void, and so is what builds on something void. Nothing else of honest members is.
 */
export function assertVerdicts(
  name: string,
  commits: readonly LoggedCommit[],
  { policy, world }: { readonly policy: PolicyState; readonly world: World }
): Verdicts {
  const verdicts = new Map<string, Verdict>()
  for (const commit of commits) {
    const isHonest = world.machineOf(commit.header.author) !== undefined
    for (const [index, entry] of commit.entries.entries()) {
      const reason = commit.voids.get(index)
      const expected = isHonest ? expectedOf(commit, index, { policy, verdicts }) : undefined
      verdicts.set(`${commit.id} ${entry.path}`, expected ?? (reason === undefined ? 'applies' : 'of-a-liar'))
      if (expected === undefined || (expected === 'applies') === (reason === undefined)) continue
      throw new BrokenInvariant(
        'valid-under-the-policy',
        `${name} has ${commit.id} at ${entry.path} as ${reason ?? 'valid'}, but it is: ${expected}`
      )
    }
  }
  return verdicts
}

function expectedOf(
  { header, entries }: LoggedCommit,
  index: number,
  { policy, verdicts }: { readonly policy: PolicyState; readonly verdicts: Verdicts }
): Verdict {
  const { path, grant, deps } = entries[index]!
  const cut = policy.cutOf({ grant, ...header })
  // Honest members do not fork, so the place alone says on which side of the cut a commit lies.
  if (cut !== undefined && header.seq > cut.seq) return 'past-cut'
  const isVoid = deps.some((dep) => (verdicts.get(`${dep} ${path}`) ?? 'applies') !== 'applies')
  return isVoid ? 'dep-void' : 'applies'
}
