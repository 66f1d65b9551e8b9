/**
 * The rooms of packages/node/src, lowest first: which other rooms each may
 * import from. Across rooms only interfaces, functions and constants are
 * imported; concrete classes are named in the composition roots alone, so that every
 * room runs in the simulation with another store, network or clock.
 */
export const NODE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  storage: [],
  compute: [],
  network: [],
  membership: ['storage', 'network'],
  replica: ['storage', 'membership'],
  replication: ['storage', 'membership', 'replica', 'network'],
  indexing: ['storage', 'replica', 'compute'],
  sharding: ['storage', 'membership', 'network', 'indexing'],
  query: ['storage', 'membership', 'network', 'indexing', 'sharding', 'compute'],
  convergence: ['storage', 'membership', 'replica', 'network'],
  contexts: ['storage', 'membership', 'replica', 'replication', 'convergence'],
  effective: ['storage', 'replica', 'contexts'],
  bridge: ['storage', 'replica'],
  verification: ['storage', 'replica'],
  backup: ['storage', 'membership', 'replica']
}

/** They wire the rooms together: the node, its search, and each thread. */
export const NODE_COMPOSITION_ROOTS: readonly string[] = [
  'open-node.ts',
  'open-contexts.ts',
  'open-network.ts',
  'join-network.ts',
  'open-search.ts',
  'running-vectors.ts',
  'start-index.ts',
  'verified-state-over.ts',
  'threads'
]

/** Lists the public names. */
export const NODE_INDEX = 'index.ts'
