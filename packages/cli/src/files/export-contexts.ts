import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context, ContextPath, ContextsApi } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import { fileOf } from './file-format.ts'
import { fileNamesOf } from './folder-layout.ts'

export interface ReadOptions {
  readonly signal: AbortSignal
}

/** So many contexts are read at once. */
const READS_MAX = 32

/** Every context at and below a path, in tree order. */
export async function* allContexts(
  contexts: ContextsApi,
  under: ContextPath,
  { signal }: ReadOptions
): AsyncGenerator<Context> {
  const own = await readIfThere(contexts, under, signal)
  if (own !== undefined) yield own
  let reading: Promise<Context | undefined>[] = []
  for await (const { path } of contexts.list(under, { recursive: true, signal })) {
    reading.push(readIfThere(contexts, path, signal))
    if (reading.length < READS_MAX) continue
    yield* (await Promise.all(reading)).filter((context) => context !== undefined)
    reading = []
  }
  yield* (await Promise.all(reading)).filter((context) => context !== undefined)
}

/** Writes a context below a folder and gives its file. Refuses to write over one that is there. */
export async function writeContextFile(folder: string, context: Context, path: ContextPath): Promise<string> {
  const { folders, name } = fileNamesOf(path)
  const { end, text } = fileOf(name, context)
  const place = join(folder, ...folders)
  await mkdir(place, { recursive: true })
  const file = join(place, name + end)
  await writeFile(file, text, { flag: 'wx' })
  return file
}

/** Something may be removed while we read. */
async function readIfThere(
  contexts: ContextsApi,
  path: ContextPath,
  signal: AbortSignal
): Promise<Context | undefined> {
  try {
    return await contexts.get(path, { signal })
  } catch (error) {
    if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) return undefined
    throw error
  }
}
