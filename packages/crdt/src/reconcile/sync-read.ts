import type { CommitId, DocId } from '@hcfs/core'
import type { ChainTip } from '../policy/frontier.ts'
import type {
  CommitsAnswer,
  CommitsQuestion,
  LackingTip,
  PolicyAnswer,
  RowsAnswer,
  RowsQuestion,
  SpaceSummary,
  SyncSource,
  TrieQuestion
} from './sync-source.ts'

/** What a session asks its driver to read. */
export type SyncRead =
  | { readonly read: 'summary' }
  | { readonly read: 'frontier' }
  | { readonly read: 'sums'; readonly question: TrieQuestion }
  | { readonly read: 'rows'; readonly question: RowsQuestion }
  | { readonly read: 'heads'; readonly docs: readonly DocId[] }
  | { readonly read: 'lacking'; readonly tips: readonly ChainTip[] }
  | { readonly read: 'places'; readonly ids: readonly CommitId[] }
  | { readonly read: 'commits'; readonly question: CommitsQuestion }
  | { readonly read: 'policy'; readonly question: { readonly after: number; readonly bytesMax: number } }

export type SyncReadName = SyncRead['read']

/** What the driver hands back. */
export type SyncReadResult =
  | { readonly read: 'summary'; readonly summary: SpaceSummary }
  | { readonly read: 'frontier'; readonly tips: readonly ChainTip[] }
  | { readonly read: 'sums'; readonly nodes: readonly Uint8Array[] }
  | ({ readonly read: 'rows' } & RowsAnswer)
  | { readonly read: 'heads'; readonly heads: readonly (readonly ChainTip[])[] }
  | { readonly read: 'lacking'; readonly lacking: readonly LackingTip[] }
  | { readonly read: 'places'; readonly tips: readonly ChainTip[] }
  | ({ readonly read: 'commits' } & CommitsAnswer)
  | ({ readonly read: 'policy' } & PolicyAnswer)

export type ReadResultOf<Name extends SyncReadName> = Extract<SyncReadResult, { read: Name }>

/** For drivers: performs a read that a session asked for. */
export async function performRead(source: SyncSource, read: SyncRead): Promise<SyncReadResult> {
  switch (read.read) {
    case 'summary':
      return { read: 'summary', summary: await source.summary() }
    case 'frontier':
      return { read: 'frontier', tips: await source.frontier() }
    case 'sums':
      return { read: 'sums', nodes: await source.sums(read.question) }
    case 'rows':
      return { read: 'rows', ...(await source.rows(read.question)) }
    case 'heads':
      return { read: 'heads', heads: await source.heads(read.docs) }
    case 'lacking':
      return { read: 'lacking', lacking: await source.lacking(read.tips) }
    case 'places':
      return { read: 'places', tips: await source.places(read.ids) }
    case 'commits':
      return { read: 'commits', ...(await source.commits(read.question)) }
    case 'policy':
      return { read: 'policy', ...(await source.policy(read.question)) }
  }
}
