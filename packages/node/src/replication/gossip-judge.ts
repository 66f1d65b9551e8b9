import type { Clock, ContextPath, DeviceId, NetworkId } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import type { SignatureVerifier, SyncedCommit } from '@hcfs/crdt'
import { assertSignature } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { GossipMessage, GossipVerdict } from '../network/transport.ts'
import type { Announced } from './gossip-codec.ts'
import { decodeGossip } from './gossip-codec.ts'
import { TokenBucket } from './token-bucket.ts'

export interface GossipJudgeComponents {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly policy: Pick<PolicySource, 'state'>
  readonly verifier: SignatureVerifier
}

export interface Judgement {
  readonly verdict: GossipVerdict
  readonly commits: readonly SyncedCommit[]
  readonly announced: readonly Announced[]
  /** Something was not taken that may have been good: reconciliation has to bring it. */
  readonly isGap: boolean
}

const BYTES_PER_SECOND = 4 * 1_024 * 1_024
const BYTES_BURST = 16 * 1_024 * 1_024
const COMMITS_PER_SECOND = 2_000
const COMMITS_BURST = 8_000
/** Neighbours that are remembered; a transport keeps fewer connections. */
const NEIGHBOURS_MAX = 1_024

interface Buckets {
  readonly bytes: TokenBucket
  readonly commits: TokenBucket
}

const REJECTED: Judgement = { verdict: 'reject', commits: [], announced: [], isGap: false }
const MISSED: Judgement = { verdict: 'ignore', commits: [], announced: [], isGap: true }

/**
 * Judges what a neighbour passes on by what the message itself and the policy
 * say: size, form, signatures, and whether the authors are members. Whether a commit applies is
 * found out later; a message that is ignored cannot come again for minutes.
 */
export class GossipJudge {
  readonly #components: GossipJudgeComponents
  readonly #network: NetworkId
  readonly #buckets = new Map<DeviceId, Buckets>()

  constructor(components: GossipJudgeComponents, { network }: { network: NetworkId }) {
    this.#components = components
    this.#network = network
  }

  judge({ from, bytes }: GossipMessage, space: ContextPath): Judgement {
    const nowMs = this.#components.clock.monotonicMs()
    const buckets = this.#bucketsOf(from)
    if (!buckets.bytes.take(bytes.byteLength, nowMs)) return MISSED
    const gossip = decodeGossip(bytes, { network: this.#network, space })
    if (gossip === undefined) return REJECTED
    if (gossip.gossip === 'announced') {
      // Small, and each may lead to a session.
      if (!buckets.commits.take(1, nowMs)) return MISSED
      return { verdict: 'accept', commits: [], announced: gossip.announced, isGap: false }
    }
    const { commits } = gossip
    if (!buckets.commits.take(commits.length, nowMs)) return MISSED
    // A device that is no member yet may be one by an entry of the policy that is on its way.
    const { state } = this.#components.policy
    if (!commits.every(({ commit }) => state.isMember(commit.header.author))) return MISSED
    if (!commits.every(({ commit }) => this.#isSigned(commit))) return REJECTED
    return { verdict: 'accept', commits, announced: [], isGap: false }
  }

  #isSigned(commit: SyncedCommit['commit']): boolean {
    try {
      assertSignature(commit, this.#components.verifier)
      return true
    } catch (error) {
      if (hasErrorCode(error, 'COMMIT_SIGNATURE_INVALID')) return false
      throw error
    }
  }

  #bucketsOf(from: DeviceId): Buckets {
    const known = this.#buckets.get(from)
    if (known !== undefined) return known
    const buckets = {
      bytes: new TokenBucket({ perSecond: BYTES_PER_SECOND, burst: BYTES_BURST }),
      commits: new TokenBucket({ perSecond: COMMITS_PER_SECOND, burst: COMMITS_BURST })
    }
    this.#buckets.set(from, buckets)
    if (this.#buckets.size > NEIGHBOURS_MAX) this.#buckets.delete(this.#buckets.keys().next().value!)
    return buckets
  }
}
