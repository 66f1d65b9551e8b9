import { DatabaseSync } from 'node:sqlite'
import type { HnswLibrary, NativeGraph } from '@hcfs/vector'
import { DEFAULT_GRAPH_PARAMETERS, ExactSearch } from '@hcfs/vector'
import { BuiltinEmbedder } from '../../packages/node/src/indexing/embedding/builtin/builtin-embedder.ts'

/** What a search of the ten best walks through in ours. */
const EF = 160
const HITS = 10

/** The libraries below a search, with the same texts and vectors and nothing around them. */
export interface SearchFloor {
  /** How long it took to build both, one after the other. */
  readonly buildMs: number
  vector(query: number): unknown
  text(query: number): unknown
  /** The places of the ten texts that are nearest indeed. */
  nearest(query: number): readonly number[]
  close(): void
}

export interface FloorContents {
  readonly texts: readonly string[]
  readonly queries: readonly string[]
  readonly library: HnswLibrary
}

export async function openSearchFloor({ texts, queries, library }: FloorContents): Promise<SearchFloor> {
  const embedder = new BuiltinEmbedder()
  const vectors = await embedder.embed(texts)
  const asked = await embedder.embed(queries)
  const plainQueries = asked.map((vector) => Array.from(vector))
  const expressions = queries.map((query) =>
    query
      .split(' ')
      .map((word) => `"${word}"`)
      .join(' OR ')
  )
  const exact = exactSearch(vectors, embedder.dimensions)
  const startedAt = performance.now()
  const graph = buildGraph(library, vectors, embedder.dimensions)
  const words = buildWords(texts)
  const buildMs = performance.now() - startedAt
  const best = words.prepare(`SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ${HITS}`)
  return {
    buildMs,
    vector: (query) => graph.searchKnn(plainQueries[query] ?? [], HITS),
    text: (query) => best.all(expressions[query] ?? ''),
    nearest: (query) => [...exact.search(asked[query] ?? new Float32Array(), HITS).labels],
    close: () => words.close()
  }
}

function buildGraph(library: HnswLibrary, vectors: readonly Float32Array[], dimensions: number): NativeGraph {
  const graph = new library.HierarchicalNSW('ip', dimensions)
  const { m, efConstruction } = DEFAULT_GRAPH_PARAMETERS
  graph.initIndex(vectors.length, m, efConstruction)
  for (const [label, vector] of vectors.entries()) graph.addPoint(Array.from(vector), label)
  graph.setEf(EF)
  return graph
}

function buildWords(texts: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  database.exec(`CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='porter unicode61'); BEGIN`)
  const insert = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
  for (const [label, text] of texts.entries()) insert.run(label, text)
  database.exec('COMMIT')
  return database
}

function exactSearch(vectors: readonly Float32Array[], dimensions: number): ExactSearch {
  const exact = new ExactSearch({ dimensions })
  for (const [label, vector] of vectors.entries()) exact.add(Uint32Array.of(label), vector)
  return exact
}
