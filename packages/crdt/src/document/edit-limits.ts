import type { ContentSteps, FieldStep, Leaf } from '@hcfs/core'
import {
  countValues,
  encodeCbor,
  FORMAT_LIMITS,
  formatPointer,
  HcfsError,
  jsonBytesAtMost,
  utf8ByteLength
} from '@hcfs/core'
import type { TextEdit } from './text-diff.ts'

const { commitPayloadBytesMax, updateDeletesMax, updateStructsMax, updateValuesMax } = FORMAT_LIMITS

/** What an update spends on a struct besides its text: ids, writer, time and what it deletes. */
const STRUCT_BYTES = 80
/** An edit inside text of the same update cuts that text in three. */
const STRUCTS_PER_TEXT_EDIT = 3
/** A register is a list of a time and a value. */
const VALUES_BESIDE_LEAF = 2

/**
 * Refuses an edit whose update every receiver would refuse, before anything is
 * changed. Counts a little more than there will be.
 */
export function assertFitsOneUpdate(steps: ContentSteps, textEdits: readonly TextEdit[]): void {
  const leaves = [...steps.fields, ...steps.meta].flatMap(leavesOf)
  const entries = leaves.length + steps.tags.length + steps.links.length
  const structs = textEdits.length * STRUCTS_PER_TEXT_EDIT + entries
  if (structs > updateStructsMax) throw tooLarge('structs', structs, updateStructsMax)
  const values = entries * VALUES_BESIDE_LEAF + sumOf(leaves, ({ value }) => countValues(value))
  if (values > updateValuesMax) throw tooLarge('values', values, updateValuesMax)
  // The rest is within the limits of the body, the tags and the links; only fields repeat their keys in every leaf.
  if (sumOf(leaves, leafBytesAtMost) <= commitPayloadBytesMax / 2) return
  const bytes = sumOf(leaves, leafBytes) + structs * STRUCT_BYTES + textBytes(textEdits)
  if (bytes > commitPayloadBytesMax) throw tooLarge('bytes', bytes, commitPayloadBytesMax)
}

/** Deletions are known only when they are made: one of a long text may meet many pieces by many writers. */
export function assertFewDeletes(ranges: number): void {
  if (ranges > updateDeletesMax) throw tooLarge('deletions', ranges, updateDeletesMax)
}

/** A removal is written like a leaf without a value. */
function leavesOf({ keys, leaves }: FieldStep): readonly Leaf[] {
  return leaves ?? [{ keys, value: null }]
}

function sumOf(leaves: readonly Leaf[], sizeOf: (leaf: Leaf) => number): number {
  return leaves.reduce((sum, leaf) => sum + sizeOf(leaf), 0)
}

function leafBytesAtMost({ keys, value }: Leaf): number {
  return STRUCT_BYTES + jsonBytesAtMost(value) + jsonBytesAtMost(keys)
}

function leafBytes({ keys, value }: Leaf): number {
  return utf8ByteLength(formatPointer(keys)) + encodeCbor(value, { itemsMax: Number.MAX_SAFE_INTEGER }).length
}

function textBytes(edits: readonly TextEdit[]): number {
  return edits.reduce((bytes, { inserted }) => bytes + utf8ByteLength(inserted), 0)
}

function tooLarge(unit: string, size: number, max: number): HcfsError {
  return new HcfsError(
    'EDIT_TOO_LARGE',
    `The edit comes to ${size} ${unit}, and one update holds ${max}: make it in several steps`,
    {
      details: { unit, size, max }
    }
  )
}
