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

/** What replicas hold, and how nodes are connected. */
export type ConvergencePart = Pick<NetworkApi, 'status' | 'wait' | 'peers' | 'compare' | 'replicated'>

/** Who may do what. */
export type PolicyPart = Omit<NetworkApi, keyof ConvergencePart>

export interface NodeNetworkComponents {
  convergence: ConvergencePart
  policy: PolicyPart
}

/** The network as a node shows it. Decides nothing: each question goes to the part that knows. */
export class NodeNetwork implements NetworkApi {
  readonly #convergence: ConvergencePart
  readonly #policy: PolicyPart

  constructor({ convergence, policy }: NodeNetworkComponents) {
    this.#convergence = convergence
    this.#policy = policy
  }

  status(path?: string, options?: CallOptions): Promise<NetworkStatus> {
    return this.#convergence.status(path, options)
  }

  wait(request?: WaitRequest): Promise<WaitOutcome> {
    return this.#convergence.wait(request)
  }

  peers(options?: CallOptions): Promise<readonly PeerStatus[]> {
    return this.#convergence.peers(options)
  }

  compare(options?: CallOptions): Promise<readonly CopyComparison[]> {
    return this.#convergence.compare(options)
  }

  replicated(commit: CommitId, options: ReplicatedOptions): Promise<Copies> {
    return this.#convergence.replicated(commit, options)
  }

  members(options?: CallOptions): Promise<readonly MemberStatus[]> {
    return this.#policy.members(options)
  }

  invite(request: InviteRequest): Promise<Invitation> {
    return this.#policy.invite(request)
  }

  revoke(member: string, request?: RevokeRequest): Promise<RevocationPreview & { readonly outcome?: PolicyOutcome }> {
    return this.#policy.revoke(member, request)
  }

  suspend(member: string, options?: CallOptions): Promise<PolicyOutcome> {
    return this.#policy.suspend(member, options)
  }

  leave(options?: CallOptions): Promise<PolicyOutcome> {
    return this.#policy.leave(options)
  }

  forget(member: string, options?: CallOptions): Promise<PolicyOutcome> {
    return this.#policy.forget(member, options)
  }

  addSpace(path: string, options?: CallOptions): Promise<PolicyOutcome> {
    return this.#policy.addSpace(path, options)
  }

  ownerBackup(file: string, options: CallOptions & { readonly passphrase: string }): Promise<void> {
    return this.#policy.ownerBackup(file, options)
  }

  ownerTransfer(member: string, options?: CallOptions): Promise<PolicyOutcome> {
    return this.#policy.ownerTransfer(member, options)
  }

  ownerRecover(file: string, options: CallOptions & { readonly passphrase: string }): Promise<PolicyOutcome> {
    return this.#policy.ownerRecover(file, options)
  }
}
