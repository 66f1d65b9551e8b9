import type {
  ApiKeysApi,
  CallOptions,
  DiskUsage,
  HorizonProposal,
  NetworkApi,
  NodeStatus,
  ReindexReport,
  SearchAnswer,
  SearchRequest,
  VerifyOptions,
  VerifyReport
} from '@hcfs/core'
import { isPathPrefix, Templates } from '@hcfs/core'
import type { ServedContexts, ServedNode } from '../served-node.ts'
import type { Access } from './access.ts'
import { assertMay, ownerOnly } from './access.ts'
import { ScopedContexts } from './scoped-contexts.ts'
import { ScopedNetwork } from './scoped-network.ts'

/**
 * A node as one credential may use it: the only place where a face decides what a caller may do.
 *
 * 1. A credential only narrows what the node itself may do; the node's own checks follow.
 * 2. What reaches the process, the keys or the disk of the node is refused here, whatever the role.
 */
export class ScopedNode implements ServedNode {
  readonly contexts: ServedContexts
  readonly templates: Templates
  readonly network: NetworkApi
  readonly #node: ServedNode
  readonly #access: Access

  constructor({ node }: { node: ServedNode }, access: Access) {
    this.contexts = new ScopedContexts({ contexts: node.contexts }, access)
    this.templates = new Templates({ contexts: this.contexts })
    this.network = new ScopedNetwork({ network: node.network }, access)
    this.#node = node
    this.#access = access
  }

  get keys(): ApiKeysApi {
    throw ownerOnly()
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    if (request.effective === true) return this.#searchAround(request)
    const under = request.under ?? this.#access.under
    assertMay(this.#access, 'read', under)
    return this.#node.search({ ...request, under })
  }

  /** What stands above the subtree of the credential is not shown. */
  async #searchAround(request: SearchRequest): Promise<SearchAnswer> {
    assertMay(this.#access, 'read', request.from)
    const { hits, ...rest } = await this.#node.search(request)
    return { ...rest, hits: hits.filter(({ path }) => isPathPrefix(this.#access.under, path)) }
  }

  /** Where its directory lies is nobody's business who comes over the network. */
  async status(options?: CallOptions): Promise<NodeStatus> {
    assertMay(this.#access, 'read')
    const { directory: _, ...status } = await this.#node.status(options)
    return status
  }

  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    const under = options.under ?? this.#access.under
    assertMay(this.#access, 'admin', under)
    return this.#node.verify({ ...options, under })
  }

  diskUsage(path = '/', options?: CallOptions): AsyncIterable<DiskUsage> {
    assertMay(this.#access, 'read', path)
    return this.#node.diskUsage(path, options)
  }

  proposedHorizons(options?: CallOptions): AsyncIterable<HorizonProposal> {
    assertMay(this.#access, 'read')
    return this.#node.proposedHorizons(options)
  }

  async reindex(): Promise<ReindexReport> {
    throw ownerOnly()
  }

  async backup(): Promise<{ readonly bytes: number; readonly contexts: number }> {
    throw ownerOnly()
  }

  async close(): Promise<void> {
    throw ownerOnly()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
