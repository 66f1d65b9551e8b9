import type { Clock, ContextPath, DocId, Logger, NodeLimits, Random, Startable } from '@hcfs/core'
import { ThreadCompute } from './compute/thread-compute.ts'
import type { Contexts } from './contexts/contexts.ts'
import type { Listing } from './contexts/listing.ts'
import type { TokenWaiter } from './contexts/token-waiter.ts'
import type { NodeSearch } from './hcfs-node.ts'
import { changedContexts } from './indexing/changed-contexts.ts'
import { documentIdsAt } from './indexing/document-ids-at.ts'
import type { EmbedderSpec } from './indexing/embedding/embedder-spec.ts'
import { ImportPace } from './indexing/import-pace.ts'
import { IndexFollower } from './indexing/index-follower.ts'
import { HttpReranker } from './indexing/reranking/http-reranker.ts'
import type { RerankerSpec } from './indexing/reranking/reranker-spec.ts'
import { parseRerankerSpec } from './indexing/reranking/reranker-spec.ts'
import { LocalIndex } from './query/local-index.ts'
import { PastIndex } from './query/past-index.ts'
import { Reindexing } from './query/reindexing.ts'
import { Search } from './query/search.ts'
import { SearchProgress } from './query/search-progress.ts'
import type { Replica } from './replica/replica.ts'
import type { RunningIndex } from './running-index.ts'
import { IndexStarter } from './start-index.ts'

export interface SearchOptions {
  /** What turns texts into vectors. @default { kind: 'builtin' } */
  readonly embedder?: EmbedderSpec
  /** Without vectors, searches go by words alone, and a node takes less memory. @default true */
  readonly vectors?: boolean
  /** A server that reads question and hits together and orders the best anew. @default none */
  readonly reranker?: RerankerSpec
}

export interface SearchSurroundings {
  readonly replica: Replica
  readonly contexts: Contexts
  readonly listing: Listing
  readonly tokens: TokenWaiter
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export interface SearchSettings extends SearchOptions {
  readonly limits: NodeLimits
  /** Where the index is kept; in memory when left out. */
  readonly directory?: string
}

/** The search of a node: what answers, and what has to run for it. */
export interface OpenSearch extends NodeSearch {
  readonly running: Startable
}

/** Wires the rooms of search together. Nothing runs before it is started. */
export function openSearch(surroundings: SearchSurroundings, settings: SearchSettings): OpenSearch {
  const { replica, contexts, tokens, clock, random, log } = surroundings
  const { limits, directory } = settings
  const reranker = rerankerOf(settings, clock)
  const starter = new IndexStarter(
    { compute: new ThreadCompute({ clock, log }, { limits }), clock, random, log, onEmbedder: () => follower.reopen() },
    settings
  )
  const failed = (error: unknown): boolean => {
    const isOver = index.failed(error)
    if (isOver) follower.restart(error)
    return isOver
  }
  const index = indexOf(starter, { directory, log, failed })
  const docIdOf = (path: ContextPath) => replica.docIdOf(path)
  const follower = followerOf(surroundings, { index, limits })
  replica.onRebuilt((paths) => follower.takeRebuilt(paths))
  const past = pastOf(surroundings, { starter, docIdOf })
  const progress = new SearchProgress({
    follower,
    clock,
    threads: () => index.threads,
    embedder: () => starter.embedder,
    failure: () => starter.failure(index.threads)
  })
  const search = new Search(
    {
      backend: async (signal) => {
        follower.hurry()
        return starter.backendOf(await index.opened(signal))
      },
      openBackend: () => (index.openThreads === undefined ? undefined : starter.backendOf(index.openThreads)),
      past,
      caughtUp: async (signal) => {
        follower.hurry()
        await follower.reached(replica.changes.position, signal)
        await index.threads?.vectors?.follower.settled(signal)
      },
      holds: async (token, options) => {
        await tokens.reached(token, options)
      },
      state: () => ({ behind: follower.behind, warnings: progress.warnings() }),
      failed,
      isShown: (path) => contexts.isShown(path),
      ...(reranker && { reranker }),
      clock
    },
    limits
  )
  const position = (): number => replica.changes.position
  const pace = new ImportPace(
    { follower, vectorsSettled: (signal) => vectorsSettled(index, signal), position, clock },
    limits
  )
  contexts.paceBatches((itemCount, signal) => pace.beforeBatch(itemCount, signal))
  const reindexing = new Reindexing({ index, follower, embedders: starter, position, clock })
  return {
    search: (request) => search.search(request),
    reindex: (options) => reindexing.run(options),
    status: () => progress.status(),
    running: {
      start: () => follower.start(),
      stop: async () => {
        await reindexing.close()
        await Promise.all([past.close(), follower.stop()])
        await starter.close()
      }
    }
  }
}

function rerankerOf({ reranker, limits }: SearchSettings, clock: Clock): HttpReranker | undefined {
  if (reranker === undefined) return undefined
  return new HttpReranker(parseRerankerSpec(reranker), { clock, limits, variables: process.env })
}

interface FollowedIndex {
  readonly index: LocalIndex<RunningIndex>
  readonly limits: NodeLimits
}

function followerOf(
  { replica, clock, random, log }: Pick<SearchSurroundings, 'replica' | 'clock' | 'random' | 'log'>,
  { index, limits }: FollowedIndex
): IndexFollower {
  return new IndexFollower(
    {
      changes: replica.changes,
      changed: (stretch) => changedContexts(replica.log, stretch),
      rowOf: (path) => replica.rows.any(path),
      documentIdsOf: documentIdsAt,
      sink: index,
      clock,
      random,
      logger: log
    },
    limits
  )
}

/** Not of an embedder on a server: an import of a day does not wait for a week of embedding. */
async function vectorsSettled(index: LocalIndex<RunningIndex>, signal: AbortSignal): Promise<void> {
  const vectors = index.threads?.vectors
  if (vectors?.embedder.isImmediate === true) await vectors.follower.settled(signal)
}

interface IndexSurroundings {
  readonly directory: string | undefined
  readonly log: Logger
  readonly failed: (error: unknown) => void
}

function indexOf(starter: IndexStarter, { directory, log, failed }: IndexSurroundings): LocalIndex<RunningIndex> {
  return new LocalIndex({
    startThreads: () =>
      directory === undefined ? starter.startInMemory(failed) : starter.startOnDisk(directory, failed),
    remove: () => {
      if (directory !== undefined) starter.remove(directory)
    },
    log
  })
}

interface PastSurroundings {
  readonly starter: IndexStarter
  readonly docIdOf: (path: ContextPath) => DocId
}

function pastOf(
  { listing, contexts }: Pick<SearchSurroundings, 'listing' | 'contexts'>,
  { starter, docIdOf }: PastSurroundings
): PastIndex {
  return new PastIndex({
    pathsUnder: (under, signal) => listing.everyPath(under, signal),
    contextAt: (path, at) => contexts.get(path, { at }),
    documentIdOf: docIdOf,
    startThreads: () => starter.startInMemory(),
    backendOf: (threads) => starter.backendOf(threads)
  })
}
