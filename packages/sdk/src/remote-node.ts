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
  SearchRequest,
  VerifyOptions,
  VerifyProgress,
  VerifyReport
} from '@hcfs/core'
import { defined } from './contexts/request-options.ts'
import type { HttpClient } from './http/http-client.ts'
import { resultOf } from './http/progress.ts'
import { targetOf } from './http/target.ts'
import type { Transport } from './transport/transport.ts'

export interface RemoteNodeComponents {
  http: HttpClient
  transport: Transport
  contexts: ContextsApi
  network: NetworkApi
  keys: ApiKeysApi
}

/** A node in another process. Closing it closes the connection; the node runs on. */
export class RemoteNode implements NodeApi {
  readonly contexts: ContextsApi
  readonly network: NetworkApi
  readonly keys: ApiKeysApi
  readonly #http: HttpClient
  readonly #transport: Transport

  constructor({ http, transport, contexts, network, keys }: RemoteNodeComponents) {
    this.#http = http
    this.#transport = transport
    this.contexts = contexts
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

  verify({ under, repair, onProgress, signal }: VerifyOptions = {}): Promise<VerifyReport> {
    const json = defined({ under, repair })
    const call = { method: 'POST', target: '/v1/verify', json, signal } as const
    return resultOf(this.#http.items<{ progress: VerifyProgress } | { result: VerifyReport }>(call), onProgress)
  }

  reindex({ embedder, onProgress, signal }: ReindexOptions = {}): Promise<ReindexReport> {
    const call = { method: 'POST', target: '/v1/reindex', json: defined({ embedder }), signal } as const
    return resultOf(this.#http.items<{ progress: ReindexProgress } | { result: ReindexReport }>(call), onProgress)
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
    return resultOf(this.#http.items<{ result: { bytes: number; contexts: number } }>(call), undefined)
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
