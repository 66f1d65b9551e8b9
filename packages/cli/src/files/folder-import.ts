import { readFile } from 'node:fs/promises'
import type { ContextParts, ContextPath } from '@hcfs/core'
import { FORMAT_LIMITS, HcfsError } from '@hcfs/core'
import { partsOfFile } from './file-format.ts'
import { pathOfFile } from './folder-layout.ts'
import { filesIn } from './folder-walk.ts'
import type { FoundFile, SkippedFile } from './found-file.ts'

/** A context as a file holds it. */
export interface FileContext {
  readonly path: ContextPath
  readonly parts: ContextParts
  /** Where it comes from, for people. */
  readonly source: string
}

/** Front matter comes on top of the body; a file beyond this holds no context for sure. */
const FILE_BYTES_MAX = FORMAT_LIMITS.contextBytesMax * 2

/** The contexts that the files of a folder hold, as far as they hold some. */
export async function* contextsInFolder(
  folder: string,
  under: ContextPath,
  onSkipped: (skipped: SkippedFile) => void
): AsyncGenerator<FileContext> {
  const sources = new Map<ContextPath, string>()
  for await (const found of filesIn(folder, onSkipped)) {
    const source = found.names.join('/')
    if (found.names.at(-1) === '.gitignore') continue
    try {
      const context = await contextOf(found, under)
      const other = sources.get(context.path)
      if (other !== undefined) throw new HcfsError('FILE_INVALID', `stands for the same path as ${other}`)
      sources.set(context.path, source)
      yield context
    } catch (error) {
      onSkipped({ file: source, reason: reasonOf(error) })
    }
  }
}

async function contextOf({ file, names, bytes }: FoundFile, under: ContextPath): Promise<FileContext> {
  if (bytes > FILE_BYTES_MAX) throw new HcfsError('FILE_INVALID', `is larger than ${FILE_BYTES_MAX} bytes`)
  const path = pathOfFile(names, under)
  const text = textOf(await readFile(file))
  const parts = partsOfFile(names.at(-1) ?? '', text)
  if (Buffer.byteLength(parts.body ?? '') > FORMAT_LIMITS.bodyBytesMax) {
    throw new HcfsError('FILE_INVALID', `its text has more than ${FORMAT_LIMITS.bodyBytesMax} bytes`)
  }
  return { path, parts, source: names.join('/') }
}

function textOf(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new HcfsError('FILE_INVALID', 'is binary')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new HcfsError('FILE_INVALID', 'is binary, or not in UTF-8')
  }
}

/** Whatever a single file does, the others go on. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
