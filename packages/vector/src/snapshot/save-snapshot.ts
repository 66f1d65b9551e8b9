import { HcfsError } from '@hcfs/core'
import { NO_NUMBER } from '../rows/number-table.ts'
import type { ShardParts, VectorShard } from '../shard/vector-shard.ts'
import type { FileDigest } from './file-digest.ts'
import { digestFile } from './file-digest.ts'
import { isWholeGraphFile } from './graph-file.ts'
import type { SnapshotDisk } from './snapshot-disk.ts'
import { snapshotFile } from './snapshot-disk.ts'
import type { VectorModel } from './snapshot-manifest.ts'
import { encodeManifest, MANIFEST_NAME } from './snapshot-manifest.ts'

const UNFINISHED_MANIFEST = `${MANIFEST_NAME}.new`
const PART_NAME = /^(?:rows|graph)-(\d+)$/

export interface SnapshotPlace {
  readonly disk: SnapshotDisk
  readonly directory: string
}

export interface SnapshotLabel {
  readonly model: VectorModel
  readonly frontier: number
}

/**
 * Writes the vectors and the graph beside the last snapshot, and puts them in its place.
 *
 * 1. Parts get names that were never used in this directory, so the last snapshot stays whole until the rename.
 * 2. The parts are on the disk before the manifest names them; so is the manifest before it has its name.
 * 3. Whatever the manifest does not name is left over from a save that did not end, and is removed at the next one.
 */
export function saveSnapshot({ disk, directory }: SnapshotPlace, shard: VectorShard, label: SnapshotLabel): void {
  disk.prepare(directory)
  const number = nextNumber(disk.names(directory))
  const parts = shard.parts()
  const rows = saveRows({ disk, directory }, `rows-${number}`, parts)
  const graph = saveGraph({ disk, directory }, `graph-${number}`, parts)
  const manifest = encodeManifest({
    ...label,
    dimensions: shard.dimensions,
    precision: shard.precision,
    count: parts.rows.size,
    rows,
    graph
  })
  const unfinished = snapshotFile(directory, UNFINISHED_MANIFEST)
  disk.write(unfinished, [manifest])
  disk.sync(unfinished)
  disk.sync(directory)
  disk.rename(unfinished, snapshotFile(directory, MANIFEST_NAME))
  disk.sync(directory)
  for (const name of disk.names(directory)) {
    if (PART_NAME.test(name) && name !== rows.name && name !== graph?.name) disk.remove(snapshotFile(directory, name))
  }
}

function nextNumber(names: readonly string[]): number {
  const numbers = names.map((name) => Number(PART_NAME.exec(name)?.[1] ?? 0))
  return Math.max(0, ...numbers) + 1
}

/** Labels, then the node of each or `NO_NUMBER`, then the vectors, all in the order of the slots. */
function saveRows({ disk, directory }: SnapshotPlace, name: string, { rows, graph }: ShardParts): NamedDigest {
  const file = snapshotFile(directory, name)
  const slots = rows.slots().slice()
  const labels = slots.map((slot) => rows.labelOf(slot))
  const nodes = slots.map((slot) => graph?.nodeOf(slot) ?? NO_NUMBER)
  disk.write(file, [bytesOf(labels), bytesOf(nodes), rows.pack(slots)])
  disk.sync(file)
  return { name, ...digestFile(disk, file) }
}

function saveGraph({ disk, directory }: SnapshotPlace, name: string, parts: ShardParts): NamedDigest | undefined {
  const { graph } = parts
  if (graph === undefined) return undefined
  const file = snapshotFile(directory, name)
  disk.produce(file, (path) => graph.write(path))
  disk.sync(file)
  if (!isWholeGraphFile(disk, file)) {
    throw new HcfsError(
      'STORAGE_FULL',
      'The graph of a vector index could not be written whole. Make room on the disk.'
    )
  }
  return { name, ...digestFile(disk, file) }
}

type NamedDigest = FileDigest & { readonly name: string }

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}
