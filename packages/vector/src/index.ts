export type { ExactSearchOptions } from './exact-search.ts'
export { ExactSearch } from './exact-search.ts'
export type { GraphParameters } from './graph/graph-parameters.ts'
export { DEFAULT_GRAPH_PARAMETERS } from './graph/graph-parameters.ts'
export type { HnswLibrary, NativeGraph } from './graph/hnsw-library.ts'
export { loadHnswLibrary } from './graph/hnsw-library.ts'
export type { VectorPrecision } from './rows/row-store.ts'
export type { VectorShardComponents, VectorShardOptions } from './shard/vector-shard.ts'
export { VectorShard } from './shard/vector-shard.ts'
export type { ExpectedSnapshot } from './snapshot/load-snapshot.ts'
export { loadSnapshot } from './snapshot/load-snapshot.ts'
export type { SnapshotLabel, SnapshotPlace } from './snapshot/save-snapshot.ts'
export { saveSnapshot } from './snapshot/save-snapshot.ts'
export type { SnapshotDisk } from './snapshot/snapshot-disk.ts'
export { fileDisk } from './snapshot/snapshot-disk.ts'
export type { VectorModel } from './snapshot/snapshot-manifest.ts'
export { VECTOR_DIMENSIONS_MAX } from './vector-checks.ts'
export type { VectorHits, VectorIndex, VectorIndexKind, VectorSearchOptions, VectorStats } from './vector-index.ts'
export type {
  AddVectorsRequest,
  LoadShardRequest,
  OpenShardRequest,
  RemoveVectorsRequest,
  SaveShardRequest,
  SearchVectorsRequest,
  StepRequest,
  VectorServiceComponents
} from './vector-service.ts'
export { createVectorService, VectorService } from './vector-service.ts'
