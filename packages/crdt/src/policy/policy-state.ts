import type { CommitId, ContextPath, DeviceId, GrantId, NetworkId } from '@hcfs/core'
import { isPathPrefix, parentPath, ROOT_PATH } from '@hcfs/core'
import type { Chain, ChainEnd, CutQuestion, GrantQuestion, PolicyView } from '../commit/policy-view.ts'
import { applyEntry } from './apply-entry.ts'
import { cutAcross } from './cut-across.ts'
import { chainKey } from './frontier.ts'
import type { Genesis } from './genesis.ts'
import type { Grant, SignedGrant } from './grant.ts'
import { GrantTree } from './grant-tree.ts'
import type { NetworkSettingName } from './network-settings.ts'
import { NETWORK_SETTINGS } from './network-settings.ts'
import type { PolicyEntry } from './policy-entry.ts'
import type { PolicyFacts } from './policy-facts.ts'
import { foundingFacts } from './policy-facts.ts'
import type { Role } from './role.ts'
import { roleIncludes } from './role.ts'
import type { Verified } from './signed-part.ts'

export interface RightQuestion {
  readonly grant: GrantId
  readonly device: DeviceId
  readonly path: ContextPath
  readonly epoch: number
  readonly role: Role
}

/**
 * Who may do what: the policy log up to an epoch, and the grants delegated from
 * those in it.
 *
 * 1. It never changes. Every entry and every grant makes another state.
 * 2. It answers for every epoch up to its own: what later entries took away is
 *    remembered with the epoch at which that was.
 * 3. The same entries and grants give the same answers, in whatever order the
 *    grants came.
 *
 * Knows no wall clock, and no commit: what a cut voids, `judgeCommit` decides.
 */
export class PolicyState implements PolicyView {
  readonly facts: PolicyFacts
  readonly #tree: GrantTree

  private constructor(facts: PolicyFacts, tree: GrantTree) {
    this.facts = facts
    this.#tree = tree
  }

  static found(genesis: Genesis): PolicyState {
    const facts = foundingFacts(genesis)
    return new PolicyState(facts, new GrantTree(facts.grants))
  }

  get network(): NetworkId {
    return this.facts.network
  }

  get epoch(): number {
    return this.facts.epoch
  }

  /** The state one epoch later. Fails with the code of the first rule that the entry breaks. */
  withEntry(entry: Verified<PolicyEntry>): PolicyState {
    const facts = applyEntry(this.facts, entry)
    return new PolicyState(facts, this.#tree.withOwnerGrants(facts.grants))
  }

  /**
   * The state that also knows these delegated grants, each after the one that it
   * comes from. Fails with `POLICY_OUT_OF_ORDER` while that is missing, and with
   * `GRANT_WIDENS` when it gives less.
   */
  withGrants(...grants: readonly Verified<SignedGrant>[]): PolicyState {
    return new PolicyState(this.facts, this.#tree.withDelegated(grants, this.network))
  }

  grant(id: GrantId): Grant | undefined {
    return this.#tree.find(id)
  }

  /** Every grant that was ever given to a device, whether or not it still holds. */
  grantsOf(device: DeviceId): readonly Grant[] {
    return this.#tree.grantsOf(device)
  }

  /** Every device that was ever given a grant, in the log or by delegation, whether or not it still holds. */
  subjects(): readonly DeviceId[] {
    return this.#tree.subjects()
  }

  /** The grant, and all that were delegated from it, however often. */
  withDescendants(grant: GrantId): readonly GrantId[] {
    return this.#tree.withDescendants(grant)
  }

  spaceOf(path: ContextPath, epoch: number): ContextPath {
    const { spaces } = this.facts
    if (spaces.size === 1) return ROOT_PATH
    for (let prefix: ContextPath | undefined = path; prefix !== undefined; prefix = parentPath(prefix)) {
      const since = spaces.get(prefix)
      if (since !== undefined && since <= epoch) return prefix
    }
    return ROOT_PATH
  }

  grantCovers({ grant, author, path, epoch }: GrantQuestion): 'yes' | 'no' | 'unknown' {
    if (!this.#tree.has(grant)) return 'unknown'
    return this.covers({ grant, device: author, path, epoch, role: 'write' }) ? 'yes' : 'no'
  }

  /** Whether a grant gives a device a role at a path at an epoch. */
  covers({ grant, device, path, epoch, role }: RightQuestion): boolean {
    const given = this.#tree.find(grant)
    if (given === undefined || given.subject !== device) return false
    return isPathPrefix(given.under, path) && roleIncludes(given.role, role) && this.holds(grant, epoch)
  }

  /** Whether a grant, and each that it comes from, has begun at an epoch and is not over. */
  holds(grant: GrantId, epoch: number): boolean {
    const line = this.#tree.lineOf(grant)
    return line.length > 0 && line.every((each) => this.#holdsAlone(each, epoch))
  }

  mayWrite(device: DeviceId, { grant, path, epoch }: Omit<RightQuestion, 'device' | 'role'>): boolean {
    return this.covers({ grant, device, path, epoch, role: 'write' })
  }

  /**
   * Whether a device may read a whole space. A right that holds at the space or
   * above it gives that, and so does one to write in some part of it.
   */
  mayRead(device: DeviceId, space: ContextPath, epoch: number = this.epoch): boolean {
    return this.grantsOf(device).some((grant) => {
      const reaches =
        isPathPrefix(grant.under, space) ||
        (roleIncludes(grant.role, 'write') && this.spaceOf(grant.under, epoch) === space)
      return reaches && this.holds(grant.id, epoch)
    })
  }

  /** Whether a device has any right at an epoch. */
  isMember(device: DeviceId, epoch: number = this.epoch): boolean {
    return this.grantsOf(device).some(({ id }) => this.holds(id, epoch))
  }

  /** The least that is left of a chain after everything that was taken from the grant, and from those it comes from. */
  cutOf({ grant, ...chain }: CutQuestion): ChainEnd | undefined {
    const { takings } = this.facts
    if (takings.size === 0) return undefined
    const line = this.#tree.lineOf(grant)
    const ids = line.length === 0 ? [grant] : line.map(({ id }) => id)
    return cutAcross(
      ids.flatMap((id) => takings.get(id) ?? []),
      chainKey(chain)
    )
  }

  settlementOf(chain: Chain): ChainEnd | undefined {
    const { settlements } = this.facts
    return settlements.size === 0 ? undefined : settlements.get(chainKey(chain))
  }

  /** Whether a settlement or a cut says that a chain ends with this commit, or leads through it. */
  namesEnd(chain: Chain, id: CommitId): boolean {
    const key = chainKey(chain)
    const { settlements, takings } = this.facts
    if (settlements.get(key)?.id === id) return true
    for (const each of takings.values()) {
      if (each.some(({ cuts, horizons }) => cuts.get(key)?.id === id || horizons.get(key)?.id === id)) return true
    }
    return false
  }

  /** The newest place of a chain below which the log may be dropped. */
  horizonOf(chain: Chain): ChainEnd | undefined {
    return this.facts.horizonEnds.get(chainKey(chain))
  }

  setting(name: NetworkSettingName): number {
    return this.facts.settings.get(name) ?? NETWORK_SETTINGS[name].default
  }

  #holdsAlone({ id, fromEpoch, untilEpoch }: Grant, epoch: number): boolean {
    if (epoch < fromEpoch || (untilEpoch !== undefined && epoch >= untilEpoch)) return false
    const taken = this.facts.takings.get(id)?.[0]
    return taken === undefined || epoch < taken.epoch
  }
}
