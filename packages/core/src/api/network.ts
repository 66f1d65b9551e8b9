import type { CommitId, DeviceId, NetworkId } from '../ids/ids.ts'
import type { CallOptions } from './contexts-api.ts'
import type { Copies, ReplicatedOptions } from './receipt.ts'

/** What a member may do. Each includes the one before; `read` reaches whole spaces, the others a path prefix. */
export type MemberRole = 'read' | 'write' | 'admin'

/** Why a replica is not known to hold everything. */
export type LagReason =
  /** No connection since `since`. */
  | 'unreachable'
  /** It is connected and still catching up. */
  | 'catching-up'
  /** It holds commits whose parents, policy or date are not there yet. */
  | 'parked'
  /** Its disk is full. */
  | 'disk-full'
  /** It was never heard of since this node started. */
  | 'not-heard'
  /** It does not replicate this space. */
  | 'other-space'

/** How one member's replica stands, seen from this node. */
export interface ReplicaStatus {
  readonly member: DeviceId
  readonly name: string
  readonly isSelf: boolean
  readonly state: 'caught-up' | 'behind' | 'unknown'
  /** Absent when it is caught up. */
  readonly reason?: LagReason
  /** A sentence for people: what is the matter, and what to do. */
  readonly detail?: string
  /** Commits that are known here and that it has not acknowledged. */
  readonly lagCommits: number
  /** Age of the oldest of them. */
  readonly lagMs: number
  /** ISO 8601: when it was last heard of; absent for never. */
  readonly heardAt?: string
  /** ISO 8601: when this node compares with it next. */
  readonly nextRepairAt?: string
}

export interface SpaceStatus {
  readonly space: string
  readonly isReplicatedHere: boolean
  readonly replicas: readonly ReplicaStatus[]
}

/** What commits of others wait for on this node. */
export interface ParkedStatus {
  readonly author: DeviceId
  readonly count: number
  readonly reason: 'parent' | 'payload' | 'policy' | 'clock-ahead'
}

export interface NetworkStatus {
  readonly network: NetworkId
  readonly node: DeviceId
  readonly name: string
  readonly role: MemberRole | 'none'
  readonly epoch: number
  /** False while changes of the policy have to wait for the owner's node. */
  readonly isOwnerReachable: boolean
  readonly listen: readonly string[]
  readonly peers: number
  readonly spaces: readonly SpaceStatus[]
  readonly parked: readonly ParkedStatus[]
}

/** How the copy of one neighbour compares with the one here. */
export interface CopyComparison {
  readonly member: DeviceId
  readonly name: string
  readonly space: string
  /** `diverged`: both hold the same commits and make something different of them, which is a fault. */
  readonly state: 'equal' | 'diverged' | 'not-compared'
  /** Commits that went over while they were compared. */
  readonly exchanged: number
  /** How many contexts differ. */
  readonly documents?: number
  readonly detail?: string
}

export interface PeerStatus {
  readonly device: DeviceId
  readonly name: string
  readonly state: 'connected' | 'connecting' | 'unreachable'
  readonly addresses: readonly string[]
  readonly isRelayed: boolean
  readonly roundTripMs?: number
  /** ISO 8601. */
  readonly since?: string
  readonly lastError?: string
  /** ISO 8601: when a connection is tried next. */
  readonly nextDialAt?: string
}

export interface MemberStatus {
  readonly device: DeviceId
  readonly name: string
  readonly role: MemberRole
  readonly under: string
  readonly isSelf: boolean
  readonly isOwner: boolean
  readonly state: 'member' | 'suspended' | 'left' | 'revoked' | 'forgotten'
  readonly invitedBy?: DeviceId
}

export interface WaitRequest extends CallOptions {
  /** @default '/' */
  readonly under?: string
  /** @default 10_000 */
  readonly timeoutMs?: number
}

export type WaitOutcome =
  | { readonly state: 'caught-up'; readonly replicas: readonly ReplicaStatus[] }
  | { readonly state: 'not-caught-up'; readonly replicas: readonly ReplicaStatus[] }

export interface InviteRequest extends CallOptions {
  readonly role: MemberRole
  /** @default '/' */
  readonly under?: string
  /** @default 7 days */
  readonly expiresInMs?: number
  /** @default 1 */
  readonly uses?: number
}

export interface Invitation {
  readonly ticket: string
  readonly role: MemberRole
  readonly under: string
  /** ISO 8601. */
  readonly expiresAt: string
  readonly uses: number
  readonly addresses: readonly string[]
  /** What the role includes beyond its words, for people to read before they pass the ticket on. */
  readonly note?: string
}

/** What falls when a right is taken away: entries that were applied and will be void. */
export interface RevocationPreview {
  readonly member: DeviceId
  readonly name: string
  readonly grants: readonly { readonly role: MemberRole; readonly under: string }[]
  readonly fallingEntries: number
  /** Of others, who wrote under a grant delegated from this one. */
  readonly fallingEntriesOfOthers: number
  readonly reissued: readonly DeviceId[]
}

export interface RevokeRequest extends CallOptions {
  /** Only says what would fall. */
  readonly dryRun?: boolean
}

export type PolicyOutcome =
  | { readonly state: 'signed'; readonly epoch: number }
  /** The owner's node signs it when it is reached. */
  | { readonly state: 'requested' }
  /** It holds at once, everywhere as soon as it is heard of, and lapses by itself: milliseconds since 1970. */
  | { readonly state: 'suspended'; readonly untilMs: number }

/** The network that a node is a member of. */
export interface NetworkApi {
  /** With a path: of its space alone. */
  status(path?: string, options?: CallOptions): Promise<NetworkStatus>
  /** Resolves when every replica that is waited for holds what this node holds now, or when the time is up. */
  wait(request?: WaitRequest): Promise<WaitOutcome>
  peers(options?: CallOptions): Promise<readonly PeerStatus[]>
  members(options?: CallOptions): Promise<readonly MemberStatus[]>
  /** Compares with every neighbour, some contexts by what readers see, and exchanges what differs. */
  compare(options?: CallOptions): Promise<readonly CopyComparison[]>
  /** Resolves with the nodes that hold a commit of this node on disk, or fails with `NOT_REPLICATED`. */
  replicated(commit: CommitId, options: ReplicatedOptions): Promise<Copies>
  invite(request: InviteRequest): Promise<Invitation>
  /** A device id, a unique beginning of one, or a name. */
  revoke(member: string, request?: RevokeRequest): Promise<RevocationPreview & { readonly outcome?: PolicyOutcome }>
  suspend(member: string, options?: CallOptions): Promise<PolicyOutcome>
  /** Ends this node's own membership, by itself or once the owner's node has signed it. Its data stays on its disk. */
  leave(options?: CallOptions): Promise<PolicyOutcome>
  /** Nobody waits for this member any more. */
  forget(member: string, options?: CallOptions): Promise<PolicyOutcome>
  addSpace(path: string, options?: CallOptions): Promise<PolicyOutcome>
  /**
   * Writes the owner's key and the recovery key, sealed with a passphrase, to a file that
   * must not exist, and then takes the recovery key out of the data directory.
   */
  ownerBackup(file: string, options: CallOptions & { readonly passphrase: string }): Promise<void>
  /** Another member's device becomes the owner. */
  ownerTransfer(member: string, options?: CallOptions): Promise<PolicyOutcome>
  /** The recovery key, out of a file that `ownerBackup` wrote, makes this node the owner. */
  ownerRecover(file: string, options: CallOptions & { readonly passphrase: string }): Promise<PolicyOutcome>
}
