import type { z } from 'zod'
import type { Entity, KnowledgeGraph, Relation } from './graph.ts'
import { entitySchema, relationSchema } from './graph.ts'

export interface SkippedLine {
  /** Counted from 1. */
  readonly line: number
  readonly reason: string
}

/** The graph that stands in the file of the reference memory server: one entity or relation as JSON in each line. */
export async function readMemoryLines(
  lines: AsyncIterable<string>
): Promise<KnowledgeGraph & { readonly skipped: readonly SkippedLine[] }> {
  const entities: Entity[] = []
  const relations: Relation[] = []
  const skipped: SkippedLine[] = []
  let line = 0
  for await (const text of lines) {
    line += 1
    if (text.trim() === '') continue
    const value = parsed(text)
    const entity = valueIn(entitySchema, value, 'entity')
    const relation = valueIn(relationSchema, value, 'relation')
    if (entity !== undefined) entities.push(entity)
    else if (relation !== undefined) relations.push(relation)
    else skipped.push({ line, reason: 'is neither an entity nor a relation' })
  }
  return { entities, relations, skipped }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function valueIn<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  type: string
): z.output<Schema> | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== type) return undefined
  return schema.safeParse(value).data
}
