import type { BodyStep } from '@hcfs/core'
import { FORMAT_LIMITS } from '@hcfs/core'
import type { TextEdit } from './text-diff.ts'
import { textEdits } from './text-diff.ts'

/**
 * Steps beyond this, say a draft that types letter by letter, are written as the
 * difference they make: insertions at one place are all neighbours of one struct.
 */
const BODY_STEPS_MAX = FORMAT_LIMITS.updateSiblingsMax

/** The edits that take the body from `before` to `after`, where `steps` say how the caller went about it. */
export function bodyEdits(steps: readonly BodyStep[], before: string, after: string): TextEdit[] {
  const edits = steps.length > BODY_STEPS_MAX ? undefined : asWritten(steps)
  return edits ?? textEdits(before, after)
}

/** `undefined` when the steps do not say where the text changes, or insert much that they delete again. */
function asWritten(steps: readonly BodyStep[]): TextEdit[] | undefined {
  const edits: TextEdit[] = []
  let insertedLength = 0
  for (const step of steps) {
    if (step.kind === 'replace') return undefined
    if (step.kind === 'delete') edits.push({ at: step.at, deleted: step.length, inserted: '' })
    else edits.push({ at: step.at, deleted: 0, inserted: step.text })
    insertedLength += step.kind === 'insert' ? step.text.length : 0
  }
  return insertedLength <= FORMAT_LIMITS.bodyBytesMax ? edits : undefined
}
