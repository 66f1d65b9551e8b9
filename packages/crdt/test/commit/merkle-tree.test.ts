import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { merklePath, merkleRoot, merkleRootFromPath } from '../../src/commit/merkle-tree.ts'

const leafList = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 70 })
const leavesAndIndex = leafList.chain((leaves) =>
  fc.record({ leaves: fc.constant(leaves), index: fc.nat({ max: leaves.length - 1 }) })
)

/** The definition in RFC 6962, section 2.1, word for word. */
function rootByDefinition(leaves: readonly Uint8Array[]): Buffer {
  const digest = (prefix: number, ...parts: Uint8Array[]): Buffer =>
    createHash('sha256')
      .update(Buffer.concat([Buffer.from([prefix]), ...parts]))
      .digest()
  if (leaves.length === 1) return digest(0, leaves[0]!)
  let left = 1
  while (left * 2 < leaves.length) left *= 2
  return digest(1, rootByDefinition(leaves.slice(0, left)), rootByDefinition(leaves.slice(left)))
}

test('the root is the one that RFC 6962 defines', () => {
  fc.assert(
    fc.property(leafList, (leaves) => {
      expect(Buffer.from(merkleRoot(leaves))).toEqual(rootByDefinition(leaves))
    })
  )
})

test('every leaf leads to the root along its path', () => {
  fc.assert(
    fc.property(leavesAndIndex, ({ leaves, index }) => {
      expect(merkleRootFromPath(leaves[index]!, merklePath(leaves, index))).toEqual(merkleRoot(leaves))
    })
  )
})

test('a path is no longer than the tree is high', () => {
  const leaves = Array.from({ length: 256 }, (_, index) => Uint8Array.of(index))
  expect(merklePath(leaves, 77).siblings).toHaveLength(8)
  expect(merklePath(leaves.slice(0, 129), 128).siblings).toHaveLength(1)
})

describe('a path does not lead to the root', () => {
  test('from another leaf', () => {
    fc.assert(
      fc.property(leavesAndIndex, fc.uint8Array({ maxLength: 40 }), ({ leaves, index }, other) => {
        fc.pre(Buffer.compare(leaves[index]!, other) !== 0)
        expect(merkleRootFromPath(other, merklePath(leaves, index))).not.toEqual(merkleRoot(leaves))
      })
    )
  })

  test('from another place, unless the same leaf stands there', () => {
    fc.assert(
      fc.property(leavesAndIndex, fc.nat({ max: 80 }), ({ leaves, index }, other) => {
        fc.pre(other >= leaves.length || Buffer.compare(leaves[index]!, leaves[other]!) !== 0)
        const path = { ...merklePath(leaves, index), index: other }
        expect(merkleRootFromPath(leaves[index]!, path)).not.toEqual(merkleRoot(leaves))
      })
    )
  })

  test('with a sibling too many, too few or too short', () => {
    const leaves = [1, 2, 3].map((value) => Uint8Array.of(value))
    const path = merklePath(leaves, 0)
    const [first, second] = path.siblings
    const rootWith = (siblings: Uint8Array[]): unknown => merkleRootFromPath(leaves[0]!, { ...path, siblings })
    expect(rootWith([first!, second!])).toEqual(merkleRoot(leaves))
    expect(rootWith([first!])).toBeUndefined()
    expect(rootWith([first!, second!, second!])).toBeUndefined()
    expect(rootWith([first!.subarray(1), second!])).toBeUndefined()
  })
})

test('a node cannot be passed off as a leaf', () => {
  const leaves = [1, 2].map((value) => Uint8Array.of(value))
  const asLeaf = Buffer.concat(leaves.map((leaf) => merkleRoot([leaf])))
  expect(merkleRoot([asLeaf])).not.toEqual(merkleRoot(leaves))
})

test('a tree without leaves and a leaf that is not there are mistakes of the program', () => {
  expect(() => merkleRoot([])).toThrow(TypeError)
  expect(() => merklePath([Uint8Array.of(1)], 1)).toThrow(TypeError)
})
