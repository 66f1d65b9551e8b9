import type { DeviceId, NetworkId } from '../ids/ids.ts'
import type { ApiKeysApi } from './api-keys.ts'
import type { CallOptions, ContextsApi } from './contexts-api.ts'
import type { EffectiveCacheStatus } from './effective.ts'
import type { HorizonApi } from './horizon.ts'
import type { NetworkApi } from './network.ts'
import type { Durability } from './receipt.ts'
import type { ReindexApi } from './reindex.ts'
import type { SearchApi, SearchStatus } from './search.ts'
import type { TemplatesApi } from './templates.ts'

export interface NodeStatus {
  readonly node: DeviceId
  readonly network: NetworkId
  readonly name: string
  readonly directory?: string
  readonly durability: Durability
  readonly version: string
  readonly startedAt: string
  readonly contexts: number
  readonly commits: number
  readonly trashed: number
  /** What the files of the store take on the disk; 0 for a node in memory. */
  readonly storeBytes: number
  /** Absent for a node that is never searched. */
  readonly search?: SearchStatus
  /** How well the answers that are kept serve who resolves paths; since the node was opened. */
  readonly effectiveCache?: EffectiveCacheStatus
}

export interface VerifyProblem {
  readonly kind:
    | 'record-damaged'
    | 'chain-broken'
    | 'heads-differ'
    | 'content-differs'
    | 'fingerprint-differs'
    | 'signature-invalid'
    | 'index-differs'
  /** The path, commit or key concerned. */
  readonly where: string
  readonly outcome: 'repaired' | 'reported'
}

export interface VerifyProgress {
  readonly checked: number
  readonly total: number
}

export interface VerifyOptions extends CallOptions {
  readonly under?: string
  /** Writes derived records that differ anew from the commits. */
  readonly repair?: boolean
  readonly onProgress?: (progress: VerifyProgress) => void
}

export interface VerifyReport {
  readonly contexts: number
  readonly commits: number
  readonly problems: readonly VerifyProblem[]
}

export interface DiskUsage {
  readonly path: string
  readonly contexts: number
  readonly bodyBytes: number
  readonly historyBytes: number
}

/** What every face of a node, and the SDK, offers beside contexts. */
export interface NodeApi extends SearchApi, ReindexApi, HorizonApi, AsyncDisposable {
  readonly contexts: ContextsApi
  readonly templates: TemplatesApi
  readonly network: NetworkApi
  /** The keys of programs that come over HTTP. */
  readonly keys: ApiKeysApi
  status(options?: CallOptions): Promise<NodeStatus>
  verify(options?: VerifyOptions): Promise<VerifyReport>
  diskUsage(path?: string, options?: CallOptions): AsyncIterable<DiskUsage>
  /** Writes a consistent copy of the running node to a file, which must not exist. */
  backup(file: string, options?: CallOptions): Promise<{ readonly bytes: number; readonly contexts: number }>
  close(): Promise<void>
}
