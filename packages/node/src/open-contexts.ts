import type { Clock, Logger, NodeLimits, Random, Startable } from '@hcfs/core'
import { Contexts } from './contexts/contexts.ts'
import { HistoryReader } from './contexts/history-reader.ts'
import type { Listing } from './contexts/listing.ts'
import type { CopiesSource } from './contexts/receipts.ts'
import { SubtreeSteps } from './contexts/subtree-steps.ts'
import { SubtreeWriter } from './contexts/subtree-writer.ts'
import { TokenWaiter } from './contexts/token-waiter.ts'
import { UnfinishedSubtrees } from './contexts/unfinished-subtrees.ts'
import { UpdateWriter } from './contexts/update-writer.ts'
import { Watching } from './contexts/watching.ts'
import { EffectiveContexts } from './effective/effective-contexts.ts'
import type { CachedAnswer } from './effective/effective-reader.ts'
import { EffectiveReader } from './effective/effective-reader.ts'
import type { Replica } from './replica/replica.ts'
import { RowCache } from './replica/row-cache.ts'
import type { OrderedStore } from './storage/ordered-store.ts'

export interface ContextsSurroundings {
  readonly store: OrderedStore
  readonly replica: Replica
  readonly listing: Listing
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** The network of the node; absent for one that talks to nobody. */
  readonly network?: { readonly api: CopiesSource; hurry(): void }
}

export interface OpenContexts {
  readonly contexts: Contexts
  readonly tokens: TokenWaiter
  readonly reader: EffectiveReader
  /** Goes on with what a crash interrupted. */
  readonly unfinished: Startable
}

/** Wires the contexts API of a node together. */
export function openContexts(
  { store, replica, listing, clock, random, log, network }: ContextsSurroundings,
  { name, limits }: { readonly name: string; readonly limits: NodeLimits }
): OpenContexts {
  const steps = new SubtreeSteps({ store, random })
  const subtrees = new SubtreeWriter({ replica, steps, clock })
  const tokens = new TokenWaiter({ replica, clock, ...(network && { wanted: () => network.hurry() }) })
  const watching = new Watching({ replica })
  const cache = new RowCache<CachedAnswer>({
    costMax: limits.effectiveCacheBytesMax,
    costOf: ({ bytes }) => bytes
  })
  const reader = new EffectiveReader({ rows: replica.rows, clock, cache }, limits)
  const contexts = new Contexts({
    replica,
    clock,
    updates: new UpdateWriter({ replica, clock }),
    subtrees,
    listing,
    histories: new HistoryReader({ replica }),
    watching,
    effective: new EffectiveContexts({ replica, reader, changes: (path, options) => watching.watch(path, options) }),
    tokens,
    nodeName: name,
    ...(network && { copies: network.api })
  })
  return { contexts, tokens, reader, unfinished: new UnfinishedSubtrees({ steps, subtrees, listing, log }) }
}
