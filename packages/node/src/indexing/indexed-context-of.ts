import type { JsonObject, JsonValue } from '@hcfs/core'
import { formatPointer } from '@hcfs/core'
import type { Chunker, ChunkSource } from './chunking/chunk.ts'
import type { IndexedContext } from './index-database/indexed-context.ts'
import type { SearchableContext } from './searchable-context.ts'

/**
 * Cuts a context into chunks and lays open what filters may ask for. One that cannot be cut has no chunks and says so:
 * it is not found, and keeps no other from being found.
 */
export function indexedContextOf(context: SearchableContext, chunker: Chunker): IndexedContext {
  const { content, ...head } = context
  const title = textOf(content.meta['title'])
  const kind = textOf(content.meta['kind'])
  const named = { ...(title !== undefined && { title }), ...(kind !== undefined && { kind }) }
  return {
    ...head,
    ...named,
    tags: content.tags,
    fields: Object.fromEntries(valuesIn(content.fields, [])),
    ...chunksOf({ path: context.path, body: content.body, fields: content.fields, ...named }, chunker)
  }
}

function chunksOf(source: ChunkSource, chunker: Chunker): Pick<IndexedContext, 'chunks' | 'failure'> {
  try {
    return { chunks: chunker.chunk(source) }
  } catch (error) {
    return { chunks: [], failure: error instanceof Error ? error.message : String(error) }
  }
}

/** Every value below an object by its JSON pointer: objects and lists, and what is in objects. */
function* valuesIn(object: JsonObject, keys: readonly string[]): Generator<[pointer: string, value: JsonValue]> {
  for (const [key, value] of Object.entries(object)) {
    const inner = [...keys, key]
    yield [formatPointer(inner), value]
    if (isObject(value)) yield* valuesIn(value, inner)
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
