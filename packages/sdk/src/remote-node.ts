import type {
  ApiKeysApi,
  CallOptions,
  ContextsApi,
  DiskUsage,
  HorizonProposal,
  NetworkApi,
  NodeApi,
  NodeStatus,
  ReindexOptions,
  ReindexProgress,
  ReindexReport,
  SearchAnswer,
  SearchHit,
  SearchRequest,
  ToolUsageRow,
  VerifyOptions,
  VerifyProgress,
  VerifyReport
} from '@hcfs/core'
import { Templates } from '@hcfs/core'
import { defined } from './contexts/request-options.ts'
import type { HttpClient } from './http/http-client.ts'
import { targetOf } from './http/target.ts'
import type { Transport } from './transport/transport.ts'

export interface RemoteNodeComponents {
  http: HttpClient
  transport: Transport
  contexts: ContextsApi
  network: NetworkApi
  keys: ApiKeysApi
}

/** A line of a search that is read while it comes. */
export type SearchLine = { readonly hit: SearchHit } | { readonly summary: Omit<SearchAnswer, 'hits'> }

const NDJSON_TYPE = 'application/x-ndjson'

/** A node in another process. Closing it closes the connection; the node runs on. */
export class RemoteNode implements NodeApi {
  readonly contexts: ContextsApi
  readonly templates: Templates
  readonly network: NetworkApi
  readonly keys: ApiKeysApi
  readonly #http: HttpClient
  readonly #transport: Transport

  constructor({ http, transport, contexts, network, keys }: RemoteNodeComponents) {
    this.#http = http
    this.#transport = transport
    this.contexts = contexts
    this.templates = new Templates({ contexts })
    this.network = network
    this.keys = keys
  }

  status({ signal }: CallOptions = {}): Promise<NodeStatus> {
    return this.#http.json<NodeStatus>({ method: 'GET', target: '/v1/status', signal })
  }

  /** Times are sent as ISO 8601, which is how JSON writes a `Date`. */
  search({ after, signal, ...json }: SearchRequest): Promise<SearchAnswer> {
    const headers = after === undefined ? {} : { 'hcfs-after': after }
    return this.#http.json<SearchAnswer>({
      method: 'POST',
      target: '/v1/search',
      json,
      headers,
      seesWrites: true,
      signal
    })
  }

  /** Each hit as it comes, then what goes for all of them. */
  async *searchLines({ after, signal, ...json }: SearchRequest): AsyncGenerator<SearchLine> {
    yield* this.#http.items<SearchLine>({
      method: 'POST',
      target: '/v1/search',
      json,
      headers: { accept: NDJSON_TYPE, ...(after !== undefined && { 'hcfs-after': after }) },
      seesWrites: true,
      signal
    })
  }

  /** How often which agents called which tools; only of the node of a directory. */
  toolUsage({ signal }: CallOptions = {}): Promise<readonly ToolUsageRow[]> {
    return this.#http.json<readonly ToolUsageRow[]>({ method: 'GET', target: '/v1/tool-usage', signal })
  }

  /** Adds what another process of this machine counted. */
  async reportToolUsage(rows: readonly ToolUsageRow[], { signal }: CallOptions = {}): Promise<void> {
    await this.#http.json<unknown>({ method: 'POST', target: '/v1/tool-usage', json: { rows }, signal })
  }

  verify({ under, repair, onProgress, signal }: VerifyOptions = {}): Promise<VerifyReport> {
    const json = defined({ under, repair })
    const call = { method: 'POST', target: '/v1/verify', json, signal } as const
    return this.#http.result<VerifyProgress, VerifyReport>(call, onProgress)
  }

  reindex({ embedder, onProgress, signal }: ReindexOptions = {}): Promise<ReindexReport> {
    const call = { method: 'POST', target: '/v1/reindex', json: defined({ embedder }), signal } as const
    return this.#http.result<ReindexProgress, ReindexReport>(call, onProgress)
  }

  async *proposedHorizons({ signal }: CallOptions = {}): AsyncGenerator<HorizonProposal> {
    yield* this.#http.items<HorizonProposal>({ method: 'GET', target: '/v1/horizons', signal })
  }

  async *diskUsage(path = '/', { signal }: CallOptions = {}): AsyncGenerator<DiskUsage> {
    yield* this.#http.items<DiskUsage>({ method: 'GET', target: targetOf('disk-usage', path), signal })
  }

  /** The node writes the file, on its machine; a relative name is taken from here. */
  async backup(file: string, { signal }: CallOptions = {}): Promise<{ bytes: number; contexts: number }> {
    const json = { file: this.#transport.fileName(file) }
    const call = { method: 'POST', target: '/v1/backup', json, signal } as const
    return this.#http.result<never, { bytes: number; contexts: number }>(call, undefined)
  }

  /** Tells the node's process to stop. Resolves when it has agreed, not when it is gone. */
  async stop({ signal }: CallOptions = {}): Promise<void> {
    await this.#http.json<unknown>({ method: 'POST', target: '/v1/stop', json: {}, signal })
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
