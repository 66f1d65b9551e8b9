import type { CommitId, ContextPath, DocId } from '@hcfs/core'
import type { ChainTip } from '../policy/frontier.ts'
import type { ChainRange, SyncRow, TrieQuestion } from './sync-source.ts'

/** Why a peer does not speak of a space. */
export type SyncRefusal = 'not-readable' | 'busy'

/**
 * Everything that two peers say while they compare a space. The one that opened
 * the session leads and the other follows; `docs/reference/sync-protocol.md`
 * tells when each is said and fixes the bytes.
 */
export interface SyncMessages {
  hello: { space: ContextPath; epoch: number; root: Uint8Array; count: number; chains: number }
  equal: object
  different: { count: number; chains: number }
  refused: { reason: SyncRefusal }
  /** What follows is the policy from this epoch on. */
  'offer-policy': { epoch: number }
  'ask-policy': { after: number; credit: number }
  /** One digest of six bytes for each chain. */
  frontier: { digests: Uint8Array }
  /** Tips that no digest stands for, and the places of the digests that no tip here has. */
  difference: { tips: readonly ChainTip[]; unknown: readonly number[] }
  'ask-sums': TrieQuestion
  /** One for each prefix that was asked for, in that order. */
  sums: { nodes: readonly Uint8Array[] }
  'ask-rows': { leaves: readonly number[]; after?: DocId; withContents: boolean }
  rows: { rows: readonly SyncRow[]; isComplete: boolean }
  'ask-heads': { docs: readonly DocId[] }
  /** Of the first `covered` documents that were asked for. */
  heads: { covered: number; tips: readonly ChainTip[] }
  /** Commits that are here, each with the chain that leads to it. */
  offer: { tips: readonly ChainTip[] }
  'offer-all': object
  want: { ranges: readonly ChainRange[]; credit: number }
  'want-all': { credit: number }
  /** Nothing of what was offered is missing. */
  enough: object
  /** A piece of a batch; the receiver joins them. */
  frame: { bytes: Uint8Array; ends: FrameEnd }
  more: { credit: number }
  /** Commits that what arrived is built on, and that are not here. */
  locate: { ids: readonly CommitId[] }
  done: object
}

/** What a frame is the last one of. */
export type FrameEnd = 'nothing' | 'batch' | 'stream'

export type SyncMessageName = keyof SyncMessages

export type MessageNamed<Name extends SyncMessageName> = { readonly message: Name } & Readonly<SyncMessages[Name]>

export type SyncMessage = { [Name in SyncMessageName]: MessageNamed<Name> }[SyncMessageName]
