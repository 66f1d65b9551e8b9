import type { CommitId } from '@hcfs/core'
import type { PolicySource } from '../../packages/node/src/membership/policy-source.ts'
import type { ReceivedCommit } from '../../packages/node/src/replica/received-commit.ts'
import type { Replica } from '../../packages/node/src/replica/replica.ts'
import type { ReplicatedState } from '../../packages/node/src/replication/replicated-state.ts'
import type { OrderedStore } from '../../packages/node/src/storage/ordered-store.ts'
import { ForwardedStore } from './machine/forwarded-store.ts'

/** A mistake that is put in on purpose, where the simulation composes its nodes. */
export interface Mutation {
  readonly name: string
  readonly store?: (store: OrderedStore) => OrderedStore
  readonly replica?: (replica: Replica) => void
  /** What replication reads of the copy. */
  readonly state?: (state: ReplicatedState) => ReplicatedState
  /** What replication knows of the policy. */
  readonly policy?: (policy: PolicySource) => PolicySource
  /** Goes on in the same chain after a crash that may have lost its end. */
  readonly keepsIncarnation?: boolean
  /** Hands over what is written but may still be lost. */
  readonly publishesEarly?: boolean
  /** Says of what is written that it is on the disk. */
  readonly acknowledgesEarly?: boolean
  /** Takes the policy in, and judges on by the old one. */
  readonly forgetsPolicy?: boolean
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
  { name: 'acknowledges-early', acknowledgesEarly: true },
  { name: 'forgets-the-cut', forgetsPolicy: true },
  { name: 'hides-tips', state: (state) => ({ ...state, tipsOf: (space) => state.tipsOf(space).slice(1) }) },
  { name: 'finds-all-equal', state: allEqual },
  {
    name: 'fingerprints-of-bits',
    replica: ({ fingerprints }) => {
      // As XOR would: what is taken away is put on again.
      const add = fingerprints.add.bind(fingerprints)
      fingerprints.remove = (element) => add(element)
    }
  },
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
  const receive = replica.receiveCommits.bind(replica)
  replica.receiveCommits = async (commits) => {
    const isRemoval = ({ commit }: ReceivedCommit): boolean => commit.entries.some(({ kind }) => kind === 'delete')
    const outcomes = await receive(commits.filter((each) => !isRemoval(each)))
    return commits.map(
      (each) =>
        outcomes.find((outcome) => 'id' in outcome && outcome.id === each.commit.id) ?? {
          outcome: 'known',
          id: each.commit.id
        }
    )
  }
}

/** Says of every commit but those that arrive just now that it is here. */
function ignoreParents(replica: Replica): void {
  const arriving = new Set<CommitId>()
  const receive = replica.receiveCommits.bind(replica)
  const positionOf = replica.log.positionOf.bind(replica.log)
  replica.receiveCommits = (commits) => {
    for (const { commit } of commits) arriving.add(commit.id)
    return receive(commits)
  }
  replica.log.positionOf = (id) => positionOf(id) ?? (arriving.has(id) ? undefined : 1)
}

/** Two copies that hold as many contexts count as equal. */
function allEqual(state: ReplicatedState): ReplicatedState {
  return {
    ...state,
    fingerprintsOf: (space) => {
      const trie = state.fingerprintsOf(space)
      return {
        root: () => ({ ...trie.root(), sum: new Uint8Array(32) }),
        sumOf: (leaf) => trie.sumOf(leaf),
        hashOf: (element) => trie.hashOf(element)
      }
    }
  }
}
