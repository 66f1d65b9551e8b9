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
import { defined } from '../contexts/request-options.ts'
import type { HttpClient } from '../http/http-client.ts'
import { withQuery } from '../http/target.ts'

export interface RemoteNetworkComponents {
  http: HttpClient
  /** The name by which the node finds a file. */
  fileName: (file: string) => string
}

/** The network that a node elsewhere is a member of. */
export class RemoteNetwork implements NetworkApi {
  readonly #http: HttpClient
  readonly #fileName: (file: string) => string

  constructor({ http, fileName }: RemoteNetworkComponents) {
    this.#http = http
    this.#fileName = fileName
  }

  status(path?: string, { signal }: CallOptions = {}): Promise<NetworkStatus> {
    return this.#http.json<NetworkStatus>({ method: 'GET', target: withQuery('/v1/network', { path }), signal })
  }

  wait({ under, timeoutMs, signal }: WaitRequest = {}): Promise<WaitOutcome> {
    return this.#post<WaitOutcome>('/v1/wait', defined({ under, timeoutMs }), signal)
  }

  peers({ signal }: CallOptions = {}): Promise<readonly PeerStatus[]> {
    return this.#http.json<readonly PeerStatus[]>({ method: 'GET', target: '/v1/peers', signal })
  }

  compare({ signal }: CallOptions = {}): Promise<readonly CopyComparison[]> {
    return this.#post<readonly CopyComparison[]>('/v1/compare', {}, signal)
  }

  members({ signal }: CallOptions = {}): Promise<readonly MemberStatus[]> {
    return this.#http.json<readonly MemberStatus[]>({ method: 'GET', target: '/v1/members', signal })
  }

  async replicated(commit: CommitId, { copies, timeoutMs, signal }: ReplicatedOptions): Promise<Copies> {
    if (!Number.isInteger(copies) || copies < 1) throw new TypeError(`copies is a whole number from 1, not ${copies}`)
    return this.#post<Copies>('/v1/replicated', { commit, copies, ...defined({ timeoutMs }) }, signal)
  }

  invite({ role, under, expiresInMs, uses, signal }: InviteRequest): Promise<Invitation> {
    return this.#post<Invitation>('/v1/invite', { role, ...defined({ under, expiresInMs, uses }) }, signal)
  }

  revoke(
    member: string,
    { dryRun, signal }: RevokeRequest = {}
  ): Promise<RevocationPreview & { readonly outcome?: PolicyOutcome }> {
    return this.#post('/v1/members/revoke', { member, ...defined({ dryRun }) }, signal)
  }

  suspend(member: string, { signal }: CallOptions = {}): Promise<PolicyOutcome> {
    return this.#post<PolicyOutcome>('/v1/members/suspend', { member }, signal)
  }

  leave({ signal }: CallOptions = {}): Promise<PolicyOutcome> {
    return this.#post<PolicyOutcome>('/v1/leave', {}, signal)
  }

  forget(member: string, { signal }: CallOptions = {}): Promise<PolicyOutcome> {
    return this.#post<PolicyOutcome>('/v1/members/forget', { member }, signal)
  }

  addSpace(path: string, { signal }: CallOptions = {}): Promise<PolicyOutcome> {
    return this.#post<PolicyOutcome>('/v1/spaces', { path }, signal)
  }

  async ownerBackup(file: string, { passphrase, signal }: CallOptions & { passphrase: string }): Promise<void> {
    await this.#post<unknown>('/v1/owner/backup', { file: this.#fileName(file), passphrase }, signal)
  }

  ownerTransfer(member: string, { signal }: CallOptions = {}): Promise<PolicyOutcome> {
    return this.#post<PolicyOutcome>('/v1/owner/transfer', { member }, signal)
  }

  ownerRecover(file: string, { passphrase, signal }: CallOptions & { passphrase: string }): Promise<PolicyOutcome> {
    return this.#post<PolicyOutcome>('/v1/owner/recover', { file: this.#fileName(file), passphrase }, signal)
  }

  #post<Answer>(target: string, json: object, signal: AbortSignal | undefined): Promise<Answer> {
    return this.#http.json<Answer>({ method: 'POST', target, json, signal })
  }
}
