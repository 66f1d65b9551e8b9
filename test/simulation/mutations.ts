import type { CommitId } from '@hcfs/core'
import { decodeCommit } from '@hcfs/crdt'
import type { ReceivedBytes } from '@hcfs/node'
import type { Replica } from '../../packages/node/src/replica/replica.ts'
import type { OrderedStore } from '../../packages/node/src/storage/ordered-store.ts'
import { ForwardedStore } from './machine/forwarded-store.ts'

/** A mistake that is put in on purpose, where the simulation composes its nodes. */
export interface Mutation {
  readonly name: string
  readonly store?: (store: OrderedStore) => OrderedStore
  readonly replica?: (replica: Replica) => void
  /** Goes on in the same chain after a crash that may have lost its end. */
  readonly keepsIncarnation?: boolean
  /** Hands over what is written but may still be lost. */
  readonly publishesEarly?: boolean
  /** Takes a commit that was dropped for one that has arrived. */
  readonly forgetsDropped?: boolean
}

export const NO_MUTATION: Mutation = { name: 'none' }

/** Each has to be noticed, or the simulation would not notice the same mistake in the product. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'skips-fsync',
    store: (store) => new ForwardedStore(store, (batch) => batch.write(), { sync: async () => {} })
  },
  {
    name: 'answers-before-the-write',
    store: (store) =>
      new ForwardedStore(store, async (batch, options) => {
        batch.write(options).catch(() => {})
      })
  },
  { name: 'tears-batches', store: (store) => new ForwardedStore(store, undefined, { isTorn: true }) },
  {
    name: 'forgets-leaves',
    store: (store) => new ForwardedStore(store, undefined, { keeps: ({ key }) => !key.startsWith('f:') })
  },
  {
    name: 'forgets-history',
    store: (store) => new ForwardedStore(store, undefined, { keeps: ({ key }) => !key.startsWith('h:') })
  },
  { name: 'publishes-early', publishesEarly: true },
  // Alone it would do no harm: what a crash can lose was shown to nobody.
  { name: 'keeps-incarnation', keepsIncarnation: true, publishesEarly: true },
  { name: 'forgets-dropped', forgetsDropped: true },
  {
    name: 'fingerprints-only-grow',
    replica: ({ fingerprints }) => {
      fingerprints.remove = () => {}
    }
  },
  {
    name: 'fingerprints-ignore-deletes',
    replica: ({ fingerprints }) => {
      const add = fingerprints.add.bind(fingerprints)
      fingerprints.add = (element) => add({ ...element, isDeleted: false })
    }
  },
  {
    name: 'fingerprints-outlive-failures',
    replica: ({ fingerprints }) => {
      const load = fingerprints.load.bind(fingerprints)
      let isLoaded = false
      fingerprints.load = (leaves) => {
        if (!isLoaded) load(leaves)
        isLoaded = true
      }
    }
  },
  {
    name: 'keeps-stale-rows',
    replica: ({ rows }) => {
      rows.remember = () => {}
    }
  },
  { name: 'forgets-removals', replica: forgetRemovals },
  { name: 'ignores-parents', replica: ignoreParents }
]

/** Takes a removal by another node for one that it knows. */
function forgetRemovals(replica: Replica): void {
  const receive = replica.receive.bind(replica)
  replica.receive = async (commits) => {
    const isRemoval = ({ commit }: ReceivedBytes): boolean =>
      decodeCommit(commit).entries.some(({ kind }) => kind === 'delete')
    return receive(commits.filter((each) => !isRemoval(each)))
  }
}

/** Says of every commit but those that arrive just now that it is here. */
function ignoreParents(replica: Replica): void {
  const arriving = new Set<CommitId>()
  const receive = replica.receive.bind(replica)
  const positionOf = replica.log.positionOf.bind(replica.log)
  replica.receive = (commits) => {
    for (const { commit } of commits) arriving.add(decodeCommit(commit).id)
    return receive(commits)
  }
  replica.log.positionOf = (id) => positionOf(id) ?? (arriving.has(id) ? undefined : 1)
}
