import type {
  CallOptions,
  CommitId,
  Copies,
  CopyComparison,
  Invitation,
  InviteRequest,
  MemberStatus,
  NetworkApi,
  NetworkStatus,
  PeerStatus,
  PolicyOutcome,
  ReplicatedOptions,
  RevocationPreview,
  RevokeRequest,
  WaitOutcome,
  WaitRequest
} from '@hcfs/core'
import type { Access } from './access.ts'
import { assertMay, ownerOnly } from './access.ts'

/** The network of a node as one credential may use it. What is about all of it takes a key for the whole tree. */
export class ScopedNetwork implements NetworkApi {
  readonly #network: NetworkApi
  readonly #access: Access

  constructor({ network }: { network: NetworkApi }, access: Access) {
    this.#network = network
    this.#access = access
  }

  async status(path?: string, options?: CallOptions): Promise<NetworkStatus> {
    assertMay(this.#access, 'read', path)
    return this.#network.status(path, options)
  }

  async wait(request: WaitRequest = {}): Promise<WaitOutcome> {
    const under = request.under ?? this.#access.under
    assertMay(this.#access, 'read', under)
    return this.#network.wait({ ...request, under })
  }

  async peers(options?: CallOptions): Promise<readonly PeerStatus[]> {
    assertMay(this.#access, 'read')
    return this.#network.peers(options)
  }

  async compare(options?: CallOptions): Promise<readonly CopyComparison[]> {
    assertMay(this.#access, 'admin')
    return this.#network.compare(options)
  }

  async members(options?: CallOptions): Promise<readonly MemberStatus[]> {
    assertMay(this.#access, 'read')
    return this.#network.members(options)
  }

  /** Whoever knows the id of a commit was given its receipt. */
  replicated(commit: CommitId, options: ReplicatedOptions): Promise<Copies> {
    return this.#network.replicated(commit, options)
  }

  async invite(request: InviteRequest): Promise<Invitation> {
    const under = request.under ?? this.#access.under
    assertMay(this.#access, 'admin', under)
    return this.#network.invite({ ...request, under })
  }

  async revoke(
    member: string,
    request?: RevokeRequest
  ): Promise<RevocationPreview & { readonly outcome?: PolicyOutcome }> {
    assertMay(this.#access, 'admin')
    return this.#network.revoke(member, request)
  }

  async suspend(member: string, options?: CallOptions): Promise<PolicyOutcome> {
    assertMay(this.#access, 'admin')
    return this.#network.suspend(member, options)
  }

  async forget(member: string, options?: CallOptions): Promise<PolicyOutcome> {
    assertMay(this.#access, 'admin')
    return this.#network.forget(member, options)
  }

  async addSpace(path: string, options?: CallOptions): Promise<PolicyOutcome> {
    assertMay(this.#access, 'admin', path)
    return this.#network.addSpace(path, options)
  }

  async leave(): Promise<PolicyOutcome> {
    throw ownerOnly()
  }

  async ownerBackup(): Promise<void> {
    throw ownerOnly()
  }

  async ownerTransfer(): Promise<PolicyOutcome> {
    throw ownerOnly()
  }

  async ownerRecover(): Promise<PolicyOutcome> {
    throw ownerOnly()
  }
}
