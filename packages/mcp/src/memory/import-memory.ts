import type { By, Clock, ContextsApi } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import { GraphStore } from './graph-store.ts'
import type { SkippedLine } from './memory-lines.ts'
import { readMemoryLines } from './memory-lines.ts'

export interface MemoryImport {
  readonly entities: number
  readonly relations: number
  /** Observations that entities which were there already did not have. */
  readonly observations: number
  readonly skipped: readonly SkippedLine[]
}

/** Takes over the file of the reference memory server. Doing it again adds nothing. */
export async function importMemory(
  lines: AsyncIterable<string>,
  components: { contexts: ContextsApi; clock: Pick<Clock, 'now'>; by: By; signal: AbortSignal }
): Promise<MemoryImport> {
  const { entities, relations, skipped } = await readMemoryLines(lines)
  const store = new GraphStore({ ...components, onWritten: () => {} })
  const created = await store.createEntities(entities)
  const isNew = new Set(created.map(({ name }) => name))
  let observations = 0
  for (const { name, observations: texts } of entities) {
    if (isNew.has(name) || texts.length === 0) continue
    observations += await added(store, name, texts)
  }
  const related = await store.createRelations(relations)
  return { entities: created.length, relations: related.length, observations, skipped }
}

async function added(store: GraphStore, name: string, texts: readonly string[]): Promise<number> {
  try {
    return (await store.addObservations(name, texts)).length
  } catch (error) {
    // Removed by somebody since it was found.
    if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) return 0
    throw error
  }
}
