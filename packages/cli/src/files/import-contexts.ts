import type { BatchItem, BatchItemResult, ContextsApi } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { FileContext } from './folder-import.ts'
import type { SkippedFile } from './found-file.ts'
import { readAhead } from './read-ahead.ts'

export interface ImportOptions {
  readonly signal: AbortSignal
  readonly note?: string
  /** Also clears the parts that a file does not name. */
  readonly replace: boolean
  readonly onSkipped: (skipped: SkippedFile) => void
  readonly onProgress: (done: number) => void
}

export interface ImportSummary {
  readonly written: number
  readonly unchanged: number
  readonly skipped: number
}

const CHUNK_CONTEXTS_MAX = 256
const CHUNK_CHARACTERS_MAX = 1_048_576

/**
 * Writes contexts in groups, each context on its own: one that is refused does not
 * keep the others out. A context that is as it shall be is not written again, so an
 * import that was interrupted goes on where it stopped when it is run again.
 */
export async function importContexts(
  contexts: ContextsApi,
  found: AsyncIterable<FileContext>,
  options: ImportOptions
): Promise<ImportSummary> {
  const counts = { written: 0, unchanged: 0, skipped: 0 }
  let done = 0
  try {
    for await (const chunk of readAhead(chunksOf(found))) {
      options.signal.throwIfAborted()
      const results = await writeChunk(contexts, chunk, options)
      for (const [index, result] of results.entries()) count(counts, result, { context: chunk[index], options })
      done += chunk.length
      options.onProgress(done)
    }
  } catch (error) {
    throw stoppedBy(error, counts)
  }
  return counts
}

/** Tells that an import ended early is no loss: what was written stays, and the rest can follow. */
function stoppedBy(error: unknown, { written, unchanged }: { written: number; unchanged: number }): unknown {
  if (!(error instanceof HcfsError)) return error
  const done = (written + unchanged).toLocaleString('en-US')
  return new HcfsError(
    error.code,
    `${error.message}. ${done} contexts are imported; the same command goes on where this one stopped`,
    { cause: error, details: { ...error.details, written, unchanged } }
  )
}

async function writeChunk(
  contexts: ContextsApi,
  chunk: readonly FileContext[],
  { signal, note, replace }: ImportOptions
): Promise<readonly BatchItemResult[]> {
  const items = chunk.map(({ path, parts }): BatchItem => ({ put: { path, ...parts, ...(replace && { replace }) } }))
  const by = { origin: 'import' } as const
  const { items: results } = await contexts.batch(items, {
    atomic: false,
    by,
    signal,
    ...(note !== undefined && { note })
  })
  return results
}

function count(
  counts: { written: number; unchanged: number; skipped: number },
  result: BatchItemResult,
  { context, options }: { context: FileContext | undefined; options: ImportOptions }
): void {
  if ('receipt' in result) {
    if (result.receipt.commit === undefined) counts.unchanged += 1
    else counts.written += 1
    return
  }
  const error = HcfsError.fromJSON(result.error)
  // What would come out the same for every file is not the fault of this one.
  if (error.retryable) throw error
  counts.skipped += 1
  options.onSkipped({ file: context?.source ?? '', reason: error.message })
}

async function* chunksOf(found: AsyncIterable<FileContext>): AsyncGenerator<FileContext[]> {
  let chunk: FileContext[] = []
  let characters = 0
  for await (const context of found) {
    const size = sizeOf(context)
    const isFull = chunk.length >= CHUNK_CONTEXTS_MAX || characters + size > CHUNK_CHARACTERS_MAX
    if (chunk.length > 0 && isFull) {
      yield chunk
      chunk = []
      characters = 0
    }
    chunk.push(context)
    characters += size
  }
  if (chunk.length > 0) yield chunk
}

function sizeOf({ parts }: FileContext): number {
  return (parts.body?.length ?? 0) + JSON.stringify(parts.fields ?? {}).length
}
