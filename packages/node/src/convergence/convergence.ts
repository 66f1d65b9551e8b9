import type {
  CallOptions,
  Clock,
  CommitId,
  ContextPath,
  Copies,
  CopyComparison,
  DeviceId,
  MemberRole,
  NetworkStatus,
  PeerStatus,
  ReplicaStatus,
  ReplicatedOptions,
  SpaceStatus,
  WaitOutcome,
  WaitRequest
} from '@hcfs/core'
import { HcfsError, isPathPrefix, parsePath, ROOT_PATH, withDeadline } from '@hcfs/core'
import type { ChainTip } from '@hcfs/crdt'
import { roleIncludes } from '@hcfs/crdt'
import type { AckExchange, Movement, WatchedPolicy } from './ack-exchange.ts'
import type { TipsByChain } from './chain-holding.ts'
import { holds, tipsByChain } from './chain-holding.ts'
import type { CommitFates } from './commit-fate.ts'
import { writeIsVoid } from './commit-fate.ts'
import type { HeldCopy } from './durable-tips.ts'
import { durableTips } from './durable-tips.ts'
import type { ReplicaStanding } from './frontier-message.ts'
import { lagOf, missingHere } from './lag.ts'
import { assertCopies } from './network-alone.ts'
import type { ConvergencePart } from './node-network.ts'
import { ownStatus, replicaStatus } from './replica-status.ts'
import type { ExpectedReplica } from './roster.ts'
import { nameOf, rosterOf } from './roster.ts'

export interface ConvergenceComponents {
  exchange: Pick<AckExchange, 'acknowledgements' | 'want'>
  moved: Movement
  copy: HeldCopy
  fates: CommitFates
  policy: WatchedPolicy
  clock: Pick<Clock, 'now' | 'wait'>
  standing: (space: ContextPath) => ReplicaStanding
  /** How this node is connected, and with whom. */
  links: () => readonly Omit<PeerStatus, 'name'>[]
  /** Compares the copies of all neighbours with this one. */
  compare: (options: CallOptions) => Promise<readonly Omit<CopyComparison, 'name'>[]>
  addresses: () => readonly string[]
  /** Where the owner's key is used; absent while that is not known. */
  ownerDevice: () => DeviceId | undefined
  /** When a member is compared with next; absent for one that is not planned. */
  nextRepairAtMs: (device: DeviceId) => number | undefined
}

export interface ConvergenceOptions {
  readonly self: DeviceId
  readonly name: string
  /** The spaces that this node replicates, as they are. */
  readonly spaces: () => readonly ContextPath[]
  readonly frontierPauseMs: number
}

interface Place extends ChainTip {
  readonly space: ContextPath
  readonly position: number
}

interface Shortfall {
  readonly copies: number
  readonly known: TipsByChain
  readonly problem?: string
}

const TIMEOUT_MS_DEFAULT = 10_000
/** So many pauses without a word, and a member that is no neighbour counts as unreachable. */
const SILENT_PAUSES_MAX = 30

/** Which replicas hold what, as they signed it, and what keeps those that do not. */
export class Convergence implements ConvergencePart {
  readonly #components: ConvergenceComponents
  readonly #options: ConvergenceOptions

  constructor(components: ConvergenceComponents, options: ConvergenceOptions) {
    this.#components = components
    this.#options = options
  }

  async status(path?: string, { signal }: CallOptions = {}): Promise<NetworkStatus> {
    const { policy, addresses, standing, links } = this.#components
    const { self, name } = this.#options
    signal?.throwIfAborted()
    const spaces = path === undefined ? this.#declaredSpaces() : [this.#spaceOf(path)]
    const replicated = this.#options.spaces()
    return {
      network: policy.state.network,
      node: self,
      name,
      role: this.#role(),
      epoch: policy.state.epoch,
      isOwnerReachable: this.#isOwnerReachable(),
      listen: addresses(),
      peers: links().filter(({ state }) => state === 'connected').length,
      spaces: await Promise.all(spaces.map((space) => this.#spaceStatus(space))),
      parked: replicated.flatMap((space) => standing(space).parked)
    }
  }

  async compare(options: CallOptions = {}): Promise<readonly CopyComparison[]> {
    const { compare, policy } = this.#components
    return (await compare(options)).map((each) => ({ ...each, name: nameOf(policy.state, each.member) }))
  }

  async wait({ under = ROOT_PATH, timeoutMs = TIMEOUT_MS_DEFAULT, signal }: WaitRequest = {}): Promise<WaitOutcome> {
    const spaces = this.#spacesUnder(under)
    const goals = new Map<ContextPath, TipsByChain>()
    for (const space of spaces) goals.set(space, tipsByChain(await this.#tipsOnDisk(space)))
    const replicas = async () =>
      (await Promise.all(spaces.map((space) => this.#replicas(space, goals.get(space))))).flat()
    const expired = (): Error => new TimeIsUp()
    const { clock } = this.#components
    try {
      return await withDeadline(clock, { timeoutMs, signal, expired }, async (ended) => {
        for (const space of spaces) this.#components.exchange.want(space, timeoutMs)
        for (;;) {
          const seen = this.#seen()
          const now = await replicas()
          if (now.every(hasCaughtUp)) return { state: 'caught-up', replicas: now }
          await this.#movedBeyond(seen, ended)
        }
      })
    } catch (error) {
      if (!(error instanceof TimeIsUp)) throw error
      const now = await replicas()
      return { state: now.every(hasCaughtUp) ? 'caught-up' : 'not-caught-up', replicas: now }
    }
  }

  async peers({ signal }: CallOptions = {}): Promise<readonly PeerStatus[]> {
    signal?.throwIfAborted()
    const { links, policy } = this.#components
    return links().map((link) => ({ ...link, name: nameOf(policy.state, link.device) }))
  }

  async replicated(commit: CommitId, options: ReplicatedOptions): Promise<Copies> {
    const { copies, timeoutMs = TIMEOUT_MS_DEFAULT, signal } = options
    assertCopies(copies)
    const { clock, copy, exchange } = this.#components
    const found = this.#placeOf(commit)
    const eligible = this.#expected(found.space).length
    if (copies > eligible) {
      const problem = `${eligible} nodes replicate this space; let another machine join first`
      throw this.#notReplicated(commit, { copies, known: new Map(), problem })
    }
    // Shows whether the chain forked; then only the right branch counts.
    let known = tipsByChain(await copy.tipsOf(found.space))
    const expired = () => this.#notReplicated(commit, { copies, known })
    return withDeadline(clock, { timeoutMs, signal, expired }, async (ended) => {
      exchange.want(found.space, timeoutMs)
      for (;;) {
        const seen = this.#seen()
        const place = this.#placeOf(commit)
        const holders = this.#holders(place, known)
        if (holders.length >= copies) return { holders: holders.map(({ name }) => name) }
        await this.#movedBeyond(seen, ended)
        known = tipsByChain(await copy.tipsOf(place.space))
      }
    })
  }

  #placeOf(commit: CommitId): Place {
    const { fates, copy } = this.#components
    const fate = fates.resolve(commit)
    if (fate.state === 'missing') {
      throw new HcfsError(
        'VERSION_UNKNOWN',
        'This node does not hold that commit; ask the node that gave the receipt',
        {
          details: { commit }
        }
      )
    }
    if (fate.voided !== undefined) throw writeIsVoid(commit, fate.voided.reason)
    const { id, position } = fate
    const { author, incarnation, seq, space } = copy.log.header(position).header
    return { author, incarnation, seq, id, space, position }
  }

  #holders(place: Place, known: TipsByChain): ExpectedReplica[] {
    const { exchange, copy } = this.#components
    const { self } = this.#options
    return this.#expected(place.space).filter(({ device }) => {
      if (device === self) return place.position <= copy.changes.position
      const theirs = exchange.acknowledgements.known(device, place.space)?.tips
      return theirs !== undefined && holds(theirs, place, { log: copy.log, known })
    })
  }

  #notReplicated(commit: CommitId, { copies, known, problem }: Shortfall): HcfsError {
    const place = this.#placeOf(commit)
    const isOnDisk = place.position <= this.#components.copy.changes.position
    const holders = this.#holders(place, known)
    const held = new Set(holders.map(({ device }) => device))
    const missing = this.#expected(place.space).filter(({ device }) => !held.has(device))
    const reasons = missing.map((each) => this.#reasonOf(each, place.space, isOnDisk))
    const details = { have: holders.length, copies, missing: missing.map(({ name }) => name).join(', ') }
    const said = [...(problem === undefined ? [] : [problem]), ...reasons].join('; ')
    return new HcfsError('NOT_REPLICATED', `The change is on ${holders.length} of ${copies} nodes: ${said}`, {
      details
    })
  }

  #reasonOf(member: ExpectedReplica, space: ContextPath, isOnDisk: boolean): string {
    if (member.device === this.#options.self) {
      return isOnDisk ? 'this node holds it' : 'it is not on the disk of this node yet (durability "buffered")'
    }
    const behind = { isNone: false, commits: 0, sinceMs: undefined }
    const { detail } = this.#statusOf(member, space, () => behind)
    return detail ?? `${member.name} has not acknowledged it`
  }

  async #spaceStatus(space: ContextPath): Promise<SpaceStatus> {
    const isReplicatedHere = this.#options.spaces().includes(space)
    return { space, isReplicatedHere, replicas: isReplicatedHere ? await this.#replicas(space) : [] }
  }

  /** Against a goal, or against everything that is here now. */
  async #replicas(space: ContextPath, goal?: TipsByChain): Promise<ReplicaStatus[]> {
    const { copy } = this.#components
    const here = tipsByChain(await this.#tipsOnDisk(space))
    return this.#roster(space).map((member) => {
      if (member.device === this.#options.self) return this.#own(member, space, here)
      return this.#statusOf(member, space, (theirs) => lagOf(theirs, goal ?? here, copy.log))
    })
  }

  #statusOf(
    member: ExpectedReplica,
    space: ContextPath,
    lag: (theirs: TipsByChain) => ReturnType<typeof lagOf>
  ): ReplicaStatus {
    const { exchange, clock, nextRepairAtMs } = this.#components
    const { device, name, isReplicating } = member
    const known = exchange.acknowledgements.known(device, space)
    const heard = known && {
      atMs: known.heardAtMs,
      standing: known.frontier.standing,
      lag: lag(known.tips)
    }
    const link = exchange.acknowledgements.link(device)
    const facts = { member: device, name, isReplicating, heard, link, nextRepairAtMs: nextRepairAtMs(device) }
    const silenceMsMax = this.#options.frontierPauseMs * SILENT_PAUSES_MAX
    return replicaStatus(facts, { nowMs: clock.now(), silenceMsMax })
  }

  #own(member: ExpectedReplica, space: ContextPath, here: TipsByChain): ReplicaStatus {
    const { exchange, copy, standing, clock } = this.#components
    let most = 0
    let holder: string | undefined
    let missingSinceMs: number | undefined
    for (const { device, name } of this.#expected(space)) {
      const known = exchange.acknowledgements.known(device, space)
      const missing = known === undefined ? 0 : missingHere(known.tips, here, copy.log)
      if (known === undefined || missing <= most) continue
      most = missing
      holder = name
      missingSinceMs = known.heardAtMs
    }
    const facts = {
      member: member.device,
      name: member.name,
      standing: standing(space),
      missing: most,
      holder,
      missingSinceMs
    }
    return ownStatus(facts, clock.now())
  }

  #roster(space: ContextPath): ExpectedReplica[] {
    const { policy, exchange } = this.#components
    const { self, name } = this.#options
    const met = [self, ...exchange.acknowledgements.table.members()]
    const roster = rosterOf(policy.state, { space, met })
    return roster.map((each) => (each.device === self ? { ...each, name, isReplicating: true } : each))
  }

  /** Those whose acknowledgement can come at all. */
  #expected(space: ContextPath): ExpectedReplica[] {
    return this.#roster(space).filter(({ isReplicating }) => isReplicating)
  }

  #tipsOnDisk(space: ContextPath): Promise<ChainTip[]> {
    return durableTips(this.#components.copy, space)
  }

  #declaredSpaces(): ContextPath[] {
    return [...this.#components.policy.state.facts.spaces.keys()].sort()
  }

  #spaceOf(path: string): ContextPath {
    const { state } = this.#components.policy
    const space = state.spaceOf(parsePath(path), state.epoch)
    if (this.#options.spaces().includes(space)) return space
    throw notReplicatedHere(space)
  }

  /** The space that holds the path, and those below it that are replicated here. */
  #spacesUnder(path: string): ContextPath[] {
    const under = parsePath(path)
    const below = this.#options.spaces().filter((space) => isPathPrefix(under, space))
    return [...new Set([this.#spaceOf(path), ...below])]
  }

  #role(): MemberRole | 'none' {
    const { state } = this.#components.policy
    const roles = state
      .grantsOf(this.#options.self)
      .filter(({ id }) => state.holds(id, state.epoch))
      .map(({ role }) => role)
    return roles.reduce<MemberRole | 'none'>(
      (most, role) => (most === 'none' || roleIncludes(role, most) ? role : most),
      'none'
    )
  }

  #isOwnerReachable(): boolean {
    const { ownerDevice, links } = this.#components
    const owner = ownerDevice()
    if (owner === undefined) return false
    return (
      owner === this.#options.self || links().some(({ device, state }) => device === owner && state === 'connected')
    )
  }

  #seen(): { readonly moved: number; readonly stored: number } {
    return { moved: this.#components.moved.position, stored: this.#components.copy.changes.position }
  }

  async #movedBeyond({ moved, stored }: { moved: number; stored: number }, signal: AbortSignal): Promise<void> {
    const over = new AbortController()
    const either = AbortSignal.any([over.signal, signal])
    try {
      const changes = [
        this.#components.moved.waitBeyond(moved, either),
        this.#components.copy.changes.waitBeyond(stored, either)
      ]
      for (const change of changes) change.catch(() => {})
      await Promise.race(changes)
    } finally {
      over.abort()
    }
  }
}

/** The end of a wait that is answered, not thrown. */
class TimeIsUp extends Error {}

/** Of a replica that does not take part nothing is expected. */
function hasCaughtUp({ state, reason }: ReplicaStatus): boolean {
  return state === 'caught-up' || reason === 'other-space'
}

function notReplicatedHere(space: ContextPath): HcfsError {
  return new HcfsError('SPACE_NOT_REPLICATED', `This node does not replicate ${space}; ask a node that does`, {
    details: { space }
  })
}
