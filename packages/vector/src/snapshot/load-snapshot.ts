import { HnswGraph } from '../graph/hnsw-graph.ts'
import type { HnswLibrary } from '../graph/hnsw-library.ts'
import { VectorRows } from '../rows/vector-rows.ts'
import type { VectorShard } from '../shard/vector-shard.ts'
import type { FileDigest } from './file-digest.ts'
import { digestFile, isSameDigest } from './file-digest.ts'
import type { SnapshotPlace } from './save-snapshot.ts'
import { snapshotFile } from './snapshot-disk.ts'
import type { SnapshotManifest, VectorModel } from './snapshot-manifest.ts'
import { decodeManifest, MANIFEST_NAME, snapshotDamaged } from './snapshot-manifest.ts'

export interface ExpectedSnapshot {
  readonly model: VectorModel
  /** Without it the vectors are loaded and the graph is left where it is. */
  readonly library: HnswLibrary | undefined
}

/**
 * Fills a shard with what was saved and returns its frontier, or undefined where nothing was saved yet.
 *
 * Every byte is compared with its digest before the native library sees it. Throws `VECTOR_SNAPSHOT_DAMAGED`, and leaves
 * the shard as it was, for a snapshot that is torn, altered, of another model or of a newer version.
 */
export function loadSnapshot(place: SnapshotPlace, shard: VectorShard, expected: ExpectedSnapshot): number | undefined {
  const bytes = place.disk.read(snapshotFile(place.directory, MANIFEST_NAME))
  if (bytes === undefined) return undefined
  const manifest = decodeManifest(bytes)
  assertSame(manifest, shard, expected.model)
  assertWhole(place, manifest.rows)
  if (manifest.graph !== undefined) assertWhole(place, manifest.graph)

  const { rows, nodes } = readRows(place, manifest)
  const { library } = expected
  const graphFile = library === undefined ? undefined : manifest.graph?.name
  const graph =
    library === undefined || graphFile === undefined
      ? undefined
      : HnswGraph.read(
          { library, dimensions: shard.dimensions, parameters: shard.parameters },
          snapshotFile(place.directory, graphFile),
          nodes
        )
  shard.restore({ rows, graph })
  return manifest.frontier
}

function assertSame(manifest: SnapshotManifest, shard: VectorShard, model: VectorModel): void {
  const isSame =
    manifest.model.id === model.id &&
    manifest.model.digest === model.digest &&
    manifest.dimensions === shard.dimensions &&
    manifest.precision === shard.precision
  if (!isSame) throw snapshotDamaged('foreign', 'The vector snapshot was made with another model or other settings.')
}

function assertWhole({ disk, directory }: SnapshotPlace, part: FileDigest & { readonly name: string }): void {
  const file = snapshotFile(directory, part.name)
  if (disk.bytesOf(file) !== part.bytes)
    throw snapshotDamaged('torn', `The part ${part.name} of a snapshot is cut off.`)
  if (!isSameDigest(digestFile(disk, file).digest, part.digest)) {
    throw snapshotDamaged('altered', `The part ${part.name} of a snapshot is not as it was written.`)
  }
}

function readRows(
  { disk, directory }: SnapshotPlace,
  { count, rows, dimensions, precision }: SnapshotManifest
): { readonly rows: VectorRows; readonly nodes: Uint32Array } {
  const bytes = disk.read(snapshotFile(directory, rows.name))?.slice() ?? new Uint8Array()
  const filled = new VectorRows(dimensions, precision)
  filled.unpack(new Uint32Array(bytes.buffer, 0, count), bytes.subarray(count * 8))
  return { rows: filled, nodes: new Uint32Array(bytes.buffer, count * 4, count) }
}
