import type { DeviceId } from '../ids/ids.ts'
import type { ContextPath } from '../paths/context-path.ts'
import type { By } from './by.ts'
import type { CallOptions, ListFilter } from './contexts-api.ts'
import type { Token, Version } from './receipt.ts'

export type SearchMode = 'hybrid' | 'text' | 'vector'

export interface SearchRequest extends CallOptions, ListFilter {
  /** The query language of docs/SEARCH.md, or plain words with `literal`. */
  readonly text: string
  /** Takes every character of `text` as something to look for. */
  readonly literal?: boolean
  /** Only at and below this path. @default '/' */
  readonly under?: string
  /** Looks at and below `from`, and in the contexts above it: the further up, the less a hit counts. Takes the place of `under`. */
  readonly effective?: boolean
  /** Where an effective search starts. */
  readonly from?: string
  /** @default 10 */
  readonly limit?: number
  /** @default 'hybrid' */
  readonly mode?: SearchMode
  readonly author?: DeviceId
  readonly agent?: string
  readonly updatedAfter?: Date
  readonly updatedBefore?: Date
  /** Answers from the state at that time. Slower: the old state is read from the history. */
  readonly at?: Date
  /** Waits until what this token names can be found. */
  readonly after?: Token
  /** How long to wait for `after`, and for an index that is being opened. @default 10_000 */
  readonly timeoutMs?: number
  /** 0 ranks by relevance alone; towards 1, hits that say the same as a better one move down. @default 0 */
  readonly diversity?: number
  /** Fails with `SEARCH_INCOMPLETE` rather than leave out what could not be asked. */
  readonly strict?: boolean
}

/** The piece of a context that was found. */
export interface HitChunk {
  readonly id: string
  readonly part: 'body' | 'fields'
  /** UTF-16 offsets into the body; in `fields`, into their text as `key: value` lines. */
  readonly start: number
  readonly end: number
  readonly headings: readonly string[]
}

/** Why a hit ranks where it does. What did not contribute is absent. */
export interface ScoreParts {
  /** 1 is the best of the text index. */
  readonly textRank?: number
  readonly textScore?: number
  readonly vectorRank?: number
  /** Cosine of query and chunk. */
  readonly vectorScore?: number
  /** What raised the fused score: `phrase`, `title`, `heading`, `tag`. */
  readonly boosts?: Readonly<Record<string, number>>
  readonly reranked?: number
}

export interface SearchHit {
  readonly path: ContextPath
  readonly chunk: HitChunk
  readonly snippet: string
  /** UTF-16 ranges of `snippet` that match words of the query. */
  readonly highlights: readonly (readonly [start: number, end: number])[]
  readonly score: number
  readonly parts: ScoreParts
  /** 0..1; docs/SEARCH.md says what it means. */
  readonly confidence: number
  readonly title?: string
  readonly kind?: string
  readonly tags: readonly string[]
  readonly version: Version
  readonly author: DeviceId
  readonly by?: By
  readonly updatedAt: string
}

/** How much of what was asked for was searched. 1 is all of it. */
export interface Coverage {
  readonly share: number
  readonly cells: { readonly asked: number; readonly answered: number; readonly stale: number }
  /** Changes this node holds that its index does not show yet. */
  readonly behind: number
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[]
  readonly coverage: Coverage
  /** What the caller should know: for example that the vectors are still being built. */
  readonly warnings: readonly string[]
}

export interface SearchApi {
  search(request: SearchRequest): Promise<SearchAnswer>
}

/** How far the index of a node is. */
export interface SearchStatus {
  readonly state: 'opening' | 'following' | 'failed' | 'stopped'
  /** Changes that the index does not show yet. */
  readonly behind: number
  /** Absent where a node searches by words alone. */
  readonly vectors?: {
    readonly embedder: string
    /** Whether everything indexed has its vector, and the vector index holds it. */
    readonly isSettled: boolean
    /** Absent while the index is too busy to count. */
    readonly chunks?: number
    /** How many of them have been embedded, or found to be already. */
    readonly embedded?: number
  }
  /** Contexts that could not be cut into pieces to find, and are not found; the log names them. Absent when there are none. */
  readonly skipped?: number
  /** Why the index, or its vectors, are behind. */
  readonly failure?: string
}
