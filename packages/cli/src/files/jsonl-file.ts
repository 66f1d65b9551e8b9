import type { Context, ContextParts, ContextPath, JsonObject, JsonValue } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import type { FileContext } from './folder-import.ts'
import type { SkippedFile } from './found-file.ts'

/** One context as one line, without its line end. */
export function lineOf({ path, body, fields, tags, links, meta }: Context): string {
  return JSON.stringify({ path, body, fields, tags, links, meta })
}

/** The contexts of such lines. */
export async function* contextsInLines(
  lines: AsyncIterable<string>,
  under: ContextPath,
  onSkipped: (skipped: SkippedFile) => void
): AsyncGenerator<FileContext> {
  let number = 0
  for await (const line of lines) {
    number += 1
    if (line.trim() === '') continue
    const source = `line ${number}`
    try {
      yield contextOf(line, under, source)
    } catch (error) {
      onSkipped({ file: source, reason: error instanceof Error ? error.message : String(error) })
    }
  }
}

function contextOf(line: string, under: ContextPath, source: string): FileContext {
  const value: JsonValue = JSON.parse(line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAContext()
  const { path, body, fields, tags, links, meta } = value as JsonObject
  if (typeof path !== 'string') throw notAContext()
  const parts = Object.fromEntries(
    Object.entries({ body, fields, tags, links, meta }).filter(([, part]) => part !== undefined)
  )
  const below = path === '/' ? '' : path
  // The node checks every part; here they only get their names.
  return { path: parsePath(under === '/' ? path : under + below), parts: parts as ContextParts, source }
}

function notAContext(): HcfsError {
  return new HcfsError('FILE_INVALID', 'is not a JSON object with a path')
}
