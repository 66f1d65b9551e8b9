import type {
  CallOptions,
  Clock,
  DeviceId,
  DiskUsage,
  Durability,
  EffectiveCacheStatus,
  HorizonProposal,
  NetworkApi,
  NetworkId,
  NodeStatus,
  ReindexApi,
  ReindexOptions,
  ReindexReport,
  Retention,
  SearchAnswer,
  SearchApi,
  SearchRequest,
  SearchStatus,
  Startable,
  VerifyOptions,
  VerifyReport
} from '@hcfs/core'
import { bytesToHex, HcfsError, parsePath, StartableGroup, Templates } from '@hcfs/core'
import type { BackupResult } from './backup/write-backup.ts'
import type { EditorBridges } from './bridge/editor-bridges.ts'
import type { Contexts } from './contexts/contexts.ts'
import type { Listing } from './contexts/listing.ts'
import { networkAlone } from './convergence/network-alone.ts'
import type { ApiKeys } from './membership/api-keys.ts'
import type { Identity } from './membership/identity.ts'
import type { CommitsOptions } from './replica/commit-log.ts'
import { proposeHorizon } from './replica/propose-horizon.ts'
import type { ReceivedBytes, ReceiveOutcome } from './replica/received-commit.ts'
import type { Replica } from './replica/replica.ts'
import type { OpenStore } from './storage/open-store.ts'
import type { StoreVerifier } from './verification/store-verifier.ts'
import { VERSION } from './version.ts'

export interface HcfsNodeComponents {
  opened: OpenStore
  identity: Identity
  replica: Replica
  contexts: Contexts
  listing: Listing
  verifier: Pick<StoreVerifier, 'verify'>
  /** Copies the node to a file. */
  backup: (file: string, signal: AbortSignal | undefined) => Promise<BackupResult>
  /** How well kept answers serve who resolves paths. */
  effectiveCache: () => EffectiveCacheStatus
  clock: Pick<Clock, 'now'>
  apiKeys: ApiKeys
  editors: EditorBridges
  /** Absent where nothing is ever searched. */
  searching?: NodeSearch
  /** Absent for a node that talks to nobody. */
  network?: { readonly api: NetworkApi; listening(): Promise<readonly string[]> }
  /** What runs beside the replica, in the order in which it starts. */
  background: readonly Startable[]
}

/** The search of a node, as the node shows it. */
export interface NodeSearch extends SearchApi, ReindexApi {
  status(): Promise<SearchStatus>
}

export interface HcfsNodeFacts {
  readonly retention: Retention
  readonly name: string
  readonly durability: Durability
}

/** A running node. Close it, or let `await using` do so: what is waiting to be written is written first. */
export class HcfsNode implements AsyncDisposable {
  readonly id: DeviceId
  readonly networkId: NetworkId
  readonly name: string
  readonly contexts: Contexts
  readonly templates: Templates
  /** The network that this node is a member of. */
  readonly network: NetworkApi
  /** The keys of programs that come over HTTP. */
  readonly keys: ApiKeys
  /** Who edits contexts live. */
  readonly editors: EditorBridges
  readonly #components: HcfsNodeComponents
  readonly #facts: HcfsNodeFacts
  readonly #startedAt: string
  readonly #members: Startable
  #closing: Promise<void> | undefined

  constructor(components: HcfsNodeComponents, facts: HcfsNodeFacts) {
    const { identity, replica, contexts, clock, background } = components
    this.id = identity.key.deviceId
    this.networkId = identity.network
    this.name = facts.name
    this.contexts = contexts
    this.templates = new Templates({ contexts })
    this.network = components.network?.api ?? aloneNetworkOf(components, facts.name)
    this.keys = components.apiKeys
    this.editors = components.editors
    this.#components = components
    this.#facts = facts
    this.#startedAt = new Date(clock.now()).toISOString()
    this.#members = new StartableGroup([replica, ...background])
  }

  start(): Promise<void> {
    return this.#members.start()
  }

  /**
   * Where other nodes reach this one, once they do; brings the network up where it is not. Nothing for a
   * node that talks to nobody.
   */
  async listening(): Promise<readonly string[]> {
    return (await this.#components.network?.listening()) ?? []
  }

  async status(): Promise<NodeStatus> {
    const { replica, opened, searching, effectiveCache } = this.#components
    const { shown, hidden, commits } = replica.counts
    return {
      node: this.id,
      network: this.networkId,
      name: this.name,
      durability: this.#facts.durability,
      version: VERSION,
      startedAt: this.#startedAt,
      contexts: shown,
      trashed: hidden,
      commits,
      storeBytes: await opened.storeBytes(),
      effectiveCache: effectiveCache(),
      ...(searching && { search: await searching.status() }),
      ...(opened.directory !== undefined && { directory: opened.directory })
    }
  }

  /** Finds contexts by words, by meaning, or both. */
  async search(request: SearchRequest): Promise<SearchAnswer> {
    const { searching } = this.#components
    if (searching === undefined) throw searchIsOff()
    return searching.search(request)
  }

  /** Builds what searches go by anew, or its vectors with another embedder; searches are answered meanwhile. */
  async reindex(options: ReindexOptions = {}): Promise<ReindexReport> {
    const { searching } = this.#components
    if (searching === undefined) throw searchIsOff()
    return searching.reindex(options)
  }

  /** Where history could be cut by the retention that this node was opened with. Nothing is dropped. */
  async *proposedHorizons({ signal }: CallOptions = {}): AsyncGenerator<HorizonProposal> {
    const { replica, clock } = this.#components
    for (const [space, keepMs] of Object.entries(this.#facts.retention)) {
      yield await proposeHorizon({ log: replica.log, clock }, { space, keepMs, ...(signal && { signal }) })
    }
  }

  /** Compares everything that is stored with what the commits say; with `repair`, writes anew what can be. */
  verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    return this.#components.verifier.verify(options)
  }

  /** Copies the running node, keys included, to a file that must not exist. Writing goes on meanwhile. */
  backup(file: string, { signal }: CallOptions = {}): Promise<BackupResult> {
    return this.#components.backup(file, signal)
  }

  /** The commits of this node that are on the disk for certain, in the order in which it applied them, to hand them to another node of the network. */
  commits(options: CommitsOptions): AsyncIterable<ReceivedBytes & { readonly position: number }> {
    return this.#components.replica.handedOver(options)
  }

  /** Takes commits of another node of the network. */
  receive(commits: readonly ReceivedBytes[]): Promise<ReceiveOutcome[]> {
    return this.#components.replica.receive(commits)
  }

  /** Equal on two nodes that hold the same versions of the same contexts. */
  fingerprint(): { readonly sum: string; readonly contexts: number } {
    const { sum, count } = this.#components.replica.fingerprint()
    return { sum: bytesToHex(sum), contexts: count }
  }

  /** How much lies at and below each child of a path. */
  diskUsage(path = '/', { signal }: CallOptions = {}): AsyncIterable<DiskUsage> {
    return this.#components.listing.usage(parsePath(path), signal)
  }

  /** Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    try {
      await this.#members.stop()
    } finally {
      await this.#components.opened.close()
    }
  }
}

function aloneNetworkOf({ identity, replica }: HcfsNodeComponents, name: string): NetworkApi {
  const { key, network, genesis } = identity
  return networkAlone({
    network,
    device: key.deviceId,
    name,
    isFirst: key.deviceId === genesis.firstDevice,
    holding: (commit) => {
      const position = replica.log.positionOf(commit)
      if (position === undefined) return 'no'
      return position <= replica.changes.position ? 'disk' : 'memory'
    }
  })
}

function searchIsOff(): HcfsError {
  return new HcfsError('SEARCH_OFF', 'This node was opened without search; open it with `search`, or start it anew')
}
