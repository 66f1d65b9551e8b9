/**
 * The rooms of packages/node/src, lowest first: which other rooms each may
 * import from. Across rooms only interfaces, functions and constants are
 * imported; concrete classes are named in the composition roots alone, so that every
 * room runs in the simulation with another store, network or clock.
 */
export const NODE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  storage: [],
  compute: [],
  membership: ['storage'],
  replica: ['storage', 'membership'],
  network: ['membership'],
  replication: ['storage', 'membership', 'replica', 'network'],
  indexing: ['storage', 'replica', 'compute'],
  sharding: ['storage', 'membership', 'network', 'indexing'],
  query: ['storage', 'membership', 'network', 'indexing', 'sharding', 'compute'],
  contexts: ['storage', 'membership', 'replica', 'replication'],
  verification: ['storage', 'replica'],
  backup: ['storage', 'membership', 'replica']
}

/** They wire the rooms together: the node, its search, and each thread. */
export const NODE_COMPOSITION_ROOTS: readonly string[] = [
  'open-node.ts',
  'open-search.ts',
  'start-index.ts',
  'verified-state-over.ts',
  'threads'
]

/** Lists the public names. */
export const NODE_INDEX = 'index.ts'
