import type { Block, Section } from './block.ts'
import { tokenQuarters, unitQuarters } from './token-estimate.ts'

export interface GroupSizes {
  /** Neighbours share a chunk up to this size. */
  readonly mergeQuarters: number
  /** A block and what is nested in it stay together up to this size. */
  readonly unitQuartersMax: number
}

/** A tree of cuts that grows deeper than this was made to; from there on the cuts go in the middle. */
const CUT_LEVELS_MAX = 48

interface Stretch {
  readonly from: number
  readonly to: number
  readonly level: number
}

/**
 * Which blocks of a section share a chunk, as runs of blocks in order.
 *
 * A run that is too large is cut before the block whose content has the
 * smallest hash among the least nested ones, and so on with both sides. Packing
 * from one end would move every later cut when a block is inserted; here a cut
 * depends on the blocks themselves, and an edit changes the run it falls into
 * and seldom more.
 */
export function groupBlocks(text: string, section: Section, sizes: GroupSizes): Block[][] {
  const measured = measureBlocks(text, section)
  const groups: Block[][] = []
  const waiting: Stretch[] = [{ from: 0, to: section.length, level: 0 }]
  for (let stretch = waiting.pop(); stretch !== undefined; stretch = waiting.pop()) {
    const { from, to, level } = stretch
    const cut = bestCut(measured, stretch, sizes)
    if (cut === undefined) groups.push(section.slice(from, to))
    else waiting.push({ from: cut, to, level: level + 1 }, { from, to: cut, level: level + 1 })
  }
  return groups
}

interface MeasuredBlocks {
  readonly depths: Uint32Array
  readonly hashes: Uint32Array
  /** The size of all blocks before each one, and of all at the end. */
  readonly sizesBefore: Float64Array
}

function measureBlocks(text: string, section: Section): MeasuredBlocks {
  const depths = new Uint32Array(section.length)
  const hashes = new Uint32Array(section.length)
  const sizesBefore = new Float64Array(section.length + 1)
  for (const [index, block] of section.entries()) {
    let hash = 0x811c9dc5
    let quarters = 0
    for (let at = block.start; at < block.end; at += 1) {
      const unit = text.charCodeAt(at)
      hash = Math.imul(hash ^ unit, 0x01000193)
      quarters += unitQuarters(unit)
    }
    depths[index] = block.depth
    hashes[index] = mixBits(hash)
    const gapQuarters = tokenQuarters(text, block.end, section[index + 1]?.start ?? block.end)
    sizesBefore[index + 1] = (sizesBefore[index] ?? 0) + quarters + gapQuarters
  }
  return { depths, hashes, sizesBefore }
}

/** FNV leaves the upper bits of short texts alike, and the order of the cuts is the order of the upper bits. */
function mixBits(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0
}

/** Before which block to cut, or undefined when the stretch is fine as it is. */
function bestCut(measured: MeasuredBlocks, { from, to, level }: Stretch, sizes: GroupSizes): number | undefined {
  const size = (measured.sizesBefore[to] ?? 0) - (measured.sizesBefore[from] ?? 0)
  if (to - from <= 1 || size <= sizes.mergeQuarters) return undefined
  const middle = (from + to) / 2
  if (level >= CUT_LEVELS_MAX) return Math.floor(middle)
  const { depths, hashes } = measured
  let best = from + 1
  for (let index = best + 1; index < to; index += 1) {
    const order =
      (depths[index] ?? 0) - (depths[best] ?? 0) ||
      (hashes[index] ?? 0) - (hashes[best] ?? 0) ||
      // Blocks of equal content would otherwise be cut off one by one.
      Math.abs(index - middle) - Math.abs(best - middle)
    if (order < 0) best = index
  }
  const isUnit = (depths[best] ?? 0) > (depths[from] ?? 0)
  return isUnit && size <= sizes.unitQuartersMax ? undefined : best
}
