import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context, ContextPath, ContextsApi } from '@hcfs/core'
import { hasErrorCode, isPathPrefix } from '@hcfs/core'
import { fileOf } from './file-format.ts'
import { placeOf } from './folder-layout.ts'

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

/** Writes each context as a file below a folder, in tree order as they come; gives how many. Never writes over a file. */
export async function writeContextFiles(folder: string, contexts: AsyncIterable<Context>): Promise<number> {
  let count = 0
  for await (const [context, next] of withNext(contexts)) {
    const { folders, name } = placeOf(context.path)
    const hasChildren = next !== undefined && isPathPrefix(context.path, next.path)
    const { end, text } = fileOf(name, context, hasChildren)
    const place = join(folder, ...folders)
    await mkdir(place, { recursive: true })
    await writeFile(join(place, name + end), text, { flag: 'wx' })
    count += 1
  }
  return count
}

/** In tree order a context is directly followed by what lies below it. */
async function* withNext<Item>(items: AsyncIterable<Item>): AsyncGenerator<[item: Item, next: Item | undefined]> {
  let last: { readonly item: Item } | undefined
  for await (const item of items) {
    if (last !== undefined) yield [last.item, item]
    last = { item }
  }
  if (last !== undefined) yield [last.item, undefined]
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
