import type { ContextContent, ContextPath, DraftOperation } from '@hcfs/core'
import { ContentEditor } from '@hcfs/core'
import { INHERIT_KEY, readRules } from '@hcfs/crdt'

/**
 * Fails with `RULES_INVALID` or `RULES_CONFLICT` when an edit writes rules of inheritance that
 * nobody could follow. Only whoever writes rules is told: what others wrote stands, and
 * taking some of it away is always allowed.
 */
export function assertRulesReadable(
  path: ContextPath,
  before: ContextContent,
  operations: readonly DraftOperation[]
): void {
  if (!operations.some(writesRules)) return
  const editor = new ContentEditor(before)
  for (const operation of operations) editor.apply(operation)
  readRules(path, editor.content().meta)
}

function writesRules(operation: DraftOperation): boolean {
  return operation.kind === 'meta.set' && operation.keys[0] === INHERIT_KEY
}
