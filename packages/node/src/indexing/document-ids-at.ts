import type { ContextPath, DocId } from '@hcfs/core'
import { parentPath } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'

/** Of all that may lie at a path: one for each space that the path could be in. */
export function documentIdsAt(path: ContextPath): DocId[] {
  const found: DocId[] = []
  for (let space: ContextPath | undefined = path; space !== undefined; space = parentPath(space)) {
    found.push(documentIdOf(space, path))
  }
  return found
}
