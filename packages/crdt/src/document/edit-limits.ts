import { encodeCbor, FORMAT_LIMITS, HcfsError, utf8ByteLength } from '@hcfs/core'
import type { ContentSteps } from './content/content-editor.ts'
import type { FieldStep } from './content/field-editor.ts'
import { formatPointer } from './content/json-pointer.ts'
import { countValues, jsonBytesAtMost } from './content/json-size.ts'
import type { Leaf } from './content/stored-json.ts'
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
  const fieldSteps = [...steps.fields, ...steps.meta]
  const entries =
    fieldSteps.reduce((count, { leaves }) => count + (leaves?.length ?? 1), 0) + steps.tags.length + steps.links.length
  const structs = textEdits.length * STRUCTS_PER_TEXT_EDIT + entries
  if (structs > updateStructsMax) throw tooLarge('structs', structs, updateStructsMax)
  const values = entries * VALUES_BESIDE_LEAF + sumOf(fieldSteps, ({ value }) => countValues(value))
  if (values > updateValuesMax) throw tooLarge('values', values, updateValuesMax)
  // The rest is within the limits of the body, the tags and the links; only fields repeat their keys in every leaf.
  if (sumOf(fieldSteps, leafBytesAtMost) <= commitPayloadBytesMax / 2) return
  const bytes = sumOf(fieldSteps, leafBytes) + structs * STRUCT_BYTES + textBytes(textEdits)
  if (bytes > commitPayloadBytesMax) throw tooLarge('bytes', bytes, commitPayloadBytesMax)
}

/** Deletions are known only when they are made: one of a long text may meet many pieces by many writers. */
export function assertFewDeletes(ranges: number): void {
  if (ranges > updateDeletesMax) throw tooLarge('deletions', ranges, updateDeletesMax)
}

function sumOf(steps: readonly FieldStep[], sizeOf: (leaf: Leaf) => number): number {
  let sum = 0
  for (const { leaves } of steps) for (const leaf of leaves ?? []) sum += sizeOf(leaf)
  return sum
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
