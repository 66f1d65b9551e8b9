import type { Clock, ContextPath, Logger, NodeLimits, Random, SearchStatus, Startable } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import { ThreadCompute } from './compute/thread-compute.ts'
import type { Contexts } from './contexts/contexts.ts'
import type { Listing } from './contexts/listing.ts'
import type { TokenWaiter } from './contexts/token-waiter.ts'
import type { NodeSearch } from './hcfs-node.ts'
import { changedContexts } from './indexing/changed-contexts.ts'
import type { EmbedderSpec } from './indexing/embedding/embedder-spec.ts'
import { IndexDatabase } from './indexing/index-database/index-database.ts'
import { IndexFollower } from './indexing/index-follower.ts'
import { LocalIndex } from './query/local-index.ts'
import { PastIndex } from './query/past-index.ts'
import { Search } from './query/search.ts'
import type { Replica } from './replica/replica.ts'
import { IndexStarter, indexFileIn } from './start-index.ts'

export interface SearchOptions {
  /** What turns texts into vectors. @default { kind: 'builtin' } */
  readonly embedder?: EmbedderSpec
  /** Without vectors, searches go by words alone, and a node takes less memory. @default true */
  readonly vectors?: boolean
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
  const { replica, contexts, listing, tokens, clock, random, log } = surroundings
  const { limits, directory } = settings
  const starter = new IndexStarter(
    { compute: new ThreadCompute({ clock, log }, { limits }), clock, random, log },
    settings
  )
  const index = new LocalIndex({
    startThreads: () => (directory === undefined ? starter.startInMemory() : starter.startOnDisk(directory)),
    remove: () => {
      if (directory !== undefined) IndexDatabase.remove(indexFileIn(directory))
    },
    log
  })
  const docIdOf = (path: ContextPath) => documentIdOf(replica.signer.space, path)
  const follower = new IndexFollower(
    {
      changes: replica.changes,
      changed: (stretch) => changedContexts(replica.log, stretch),
      rowOf: (path) => replica.rows.any(path),
      documentIdOf: docIdOf,
      sink: index,
      clock,
      random,
      logger: log
    },
    limits
  )
  const past = new PastIndex({
    pathsUnder: (under, signal) => listing.everyPath(under, signal),
    contextAt: (path, at) => contexts.get(path, { at }),
    documentIdOf: docIdOf,
    startThreads: () => starter.startInMemory(),
    backendOf: (threads) => starter.backendOf(threads)
  })
  const search = new Search({
    backend: async (signal) => {
      follower.hurry()
      return starter.backendOf(await index.opened(signal))
    },
    backendAt: (question, signal) => past.backendAt(question, signal),
    caughtUp: async (signal) => {
      follower.hurry()
      await follower.reached(replica.changes.position, signal)
      await index.threads?.vectors?.follower.settled(signal)
    },
    holds: (token, options) => tokens.reached(token, options),
    state: () => ({ behind: follower.behind, warnings: starter.warnings(index.threads) }),
    failed: (error) => follower.restart(error),
    isShown: (path) => contexts.isShown(path),
    clock
  })
  return {
    search: (request) => search.search(request),
    status: () => ({ ...followerStatus(follower), ...starter.status(index.threads) }),
    running: {
      start: () => follower.start(),
      stop: async () => {
        await Promise.all([past.close(), follower.stop()])
        await starter.close()
      }
    }
  }
}

function followerStatus({ state, behind }: IndexFollower): SearchStatus {
  return {
    state: state.name,
    behind,
    ...(state.name === 'failed' && { failure: state.error instanceof Error ? state.error.message : 'unknown' })
  }
}
