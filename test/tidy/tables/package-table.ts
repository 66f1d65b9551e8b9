export type PackageName = 'core' | 'crdt' | 'vector' | 'node' | 'sdk' | 'server' | 'mcp' | 'cli'

type NamedLibrary = keyof typeof NAMED_LIBRARIES

/** Libraries whose place in the architecture is fixed; every other one is free where it serves the room. */
export const NAMED_LIBRARIES = {
  yjs: /^(?:yjs|lib0)$/,
  hnswlib: /^hnswlib-node$/,
  libp2p: /^(?:libp2p|@libp2p\/.*|@chainsafe\/libp2p-.*)$/,
  level: /^(?:level|classic-level|abstract-level|memory-level|browser-level)$/
} as const

export interface PackageRow {
  /** Packages point only to lower levels, or to rows they list; a test checks that the table has no cycle. */
  readonly packages: readonly PackageName[]
  readonly libraries: readonly NamedLibrary[]
  /** Which libraries beyond the named ones: any, or only these. */
  readonly otherLibraries: 'any' | readonly string[]
  /** Which modules of Node itself: any, or only these. */
  readonly builtins: 'any' | readonly string[]
  /** Said when the row refuses something. */
  readonly reason: string
}

/** Who may import what. The architecture document has the same table with the thoughts behind it. */
export const PACKAGE_TABLE: Readonly<Record<PackageName, PackageRow>> = {
  core: {
    packages: [],
    libraries: [],
    otherLibraries: [],
    builtins: [],
    reason: 'core stands alone and runs in a browser as it is'
  },
  crdt: {
    packages: ['core'],
    libraries: ['yjs'],
    otherLibraries: 'any',
    builtins: ['node:crypto', 'node:assert'],
    reason: 'crdt is pure: no files, no network, no timers'
  },
  vector: {
    packages: ['core'],
    libraries: ['hnswlib'],
    otherLibraries: 'any',
    builtins: ['node:assert', 'node:fs', 'node:fs/promises', 'node:path', 'node:url', 'node:worker_threads'],
    reason: 'vector knows neither network nor Yjs'
  },
  node: {
    packages: ['core', 'crdt', 'vector'],
    libraries: ['libp2p', 'level'],
    otherLibraries: 'any',
    builtins: 'any',
    reason: 'a node knows none of its faces, and Yjs only through crdt'
  },
  sdk: {
    packages: ['core'],
    libraries: [],
    otherLibraries: 'any',
    builtins: [],
    reason: 'the sdk knows only the API contract, and runs in a browser as it is'
  },
  server: {
    packages: ['core', 'node'],
    libraries: [],
    otherLibraries: 'any',
    builtins: 'any',
    reason: "a face uses a node's public interface"
  },
  mcp: {
    packages: ['core', 'node', 'sdk'],
    libraries: [],
    otherLibraries: 'any',
    builtins: 'any',
    reason: "a face uses a node's public interface"
  },
  cli: {
    packages: ['core', 'node', 'server', 'mcp', 'sdk'],
    libraries: [],
    otherLibraries: 'any',
    builtins: 'any',
    reason: 'the command line uses what the other packages publish'
  }
}

/** Files that may import what their package may not: each is the adapter for exactly that. */
export const PACKAGE_ADAPTERS: readonly { path: string; specifier: RegExp; reason: string }[] = [
  {
    path: 'packages/core/src/hash/sha256-node.ts',
    specifier: /^node:crypto$/,
    reason: 'chosen by the subpath import #sha256 on Node only, where it is many times faster'
  },
  {
    path: 'packages/core/src/hash/sha256-noble.ts',
    specifier: /^@noble\/hashes(?:\/|$)/,
    reason: 'chosen by the subpath import #sha256 everywhere else'
  },
  {
    path: 'packages/sdk/src/transport/local-transport-node.ts',
    specifier: /^node:(?:http|path)$/,
    reason: 'chosen by the subpath import #local-transport on Node only, where a node has a local socket'
  }
]
