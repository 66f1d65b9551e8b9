import { sha256 } from '@hcfs/core'

const LEAF_PREFIX = 0x00
const NODE_PREFIX = 0x01
const HASH_BYTES = 32
const SCRATCH_BYTES = 1_024

/** What is hashed, put together in the same place each time: an allocation costs as much as the hash. */
const scratch = new Uint8Array(SCRATCH_BYTES)
const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES).fill(NODE_PREFIX, 0, 1)

/** Where a leaf stands in a tree, and the hashes that lead from it to the root. */
export interface MerklePath {
  readonly index: number
  readonly count: number
  /** From the leaf upwards. */
  readonly siblings: readonly Uint8Array[]
}

/*
 * The tree of RFC 6962: neighbours are joined pair by pair, and a node without a
 * neighbour rises as it is. Leaves and nodes are hashed with different prefixes,
 * so that no node can be passed off as a leaf.
 */

export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) throw new TypeError('A Merkle tree has at least one leaf')
  let level = leaves.map(leafHash)
  while (level.length > 1) level = levelAbove(level)
  return level[0]!
}

export function merklePath(leaves: readonly Uint8Array[], index: number): MerklePath {
  if (leaves[index] === undefined) throw new TypeError(`There is no leaf ${index} among ${leaves.length}`)
  const siblings: Uint8Array[] = []
  let level = leaves.map(leafHash)
  for (let position = index; level.length > 1; position >>= 1) {
    const sibling = level[position ^ 1]
    if (sibling !== undefined) siblings.push(sibling)
    level = levelAbove(level)
  }
  return { index, count: leaves.length, siblings }
}

/** The root that a leaf and its path lead to; `undefined` when the path has not the length that its place demands. */
export function merkleRootFromPath(leaf: Uint8Array, { index, count, siblings }: MerklePath): Uint8Array | undefined {
  if (index >= count) return undefined
  let used = 0
  let hash = leafHash(leaf)
  let position = index
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    if ((position ^ 1) < width) {
      const sibling = siblings[used]
      if (sibling?.length !== HASH_BYTES) return undefined
      hash = position % 2 === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash)
      used += 1
    }
    position >>= 1
  }
  return used === siblings.length ? hash : undefined
}

function leafHash(leaf: Uint8Array): Uint8Array {
  const length = 1 + leaf.length
  const input = length > scratch.length ? new Uint8Array(length) : scratch.subarray(0, length)
  input[0] = LEAF_PREFIX
  input.set(leaf, 1)
  return sha256(input)
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + HASH_BYTES)
  return sha256(nodeInput)
}

function levelAbove(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = []
  for (let index = 0; index < level.length; index += 2) {
    const left = level[index]!
    const right = level[index + 1]
    above.push(right === undefined ? left : nodeHash(left, right))
  }
  return above
}
