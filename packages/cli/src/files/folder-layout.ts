import type { ContextPath } from '@hcfs/core'
import { fromFileNames, HcfsError, joinPath, parsePath, ROOT_PATH, toFileNames } from '@hcfs/core'
import { MARKDOWN_END } from './file-format.ts'

/** The root has no name of its own. No other context begins with this character at the top of an export. */
const ROOT_NAME = '='

/** The names of folders down to the file of a context, and its name without what its format adds. */
export function fileNamesOf(path: ContextPath): { folders: string[]; name: string } {
  const names = toFileNames(path)
  return { folders: names.slice(0, -1), name: names.at(-1) ?? ROOT_NAME }
}

/**
 * The path of a file below the folder that is imported. Names that an export gives are
 * read back; every other name stands for itself. A file `plan.md` is the context `plan`.
 */
export function pathOfFile(fileNames: readonly string[], under: ContextPath): ContextPath {
  const last = fileNames.at(-1) ?? ''
  const name = last.endsWith(MARKDOWN_END) && last !== MARKDOWN_END ? last.slice(0, -MARKDOWN_END.length) : last
  const names = [...fileNames.slice(0, -1), name]
  if (names.length === 1 && name === ROOT_NAME) return under
  return joinAll(under, pathOfNames(names))
}

function joinAll(under: ContextPath, path: ContextPath): ContextPath {
  if (path === ROOT_PATH) return under
  return parsePath(under === ROOT_PATH ? path : under + path)
}

/** The longest beginning that we wrote is read as a whole, because one segment may go over several names. */
function pathOfNames(names: readonly string[]): ContextPath {
  let path = ROOT_PATH
  for (let index = 0; index < names.length; ) {
    const { segment, count } = segmentAt(names, index)
    path = joinPath(path, segment)
    index += count
  }
  return path
}

function segmentAt(names: readonly string[], index: number): { segment: string; count: number } {
  let count = 1
  while (names[index + count - 1]?.endsWith('+') === true && names[index + count]?.startsWith('=') === true) count += 1
  const ours = segmentOf(names.slice(index, index + count))
  if (ours !== undefined) return { segment: ours, count }
  const first = names[index] ?? ''
  return { segment: segmentOf([first]) ?? first, count: 1 }
}

function segmentOf(names: readonly string[]): string | undefined {
  try {
    return fromFileNames(names).slice(1)
  } catch (error) {
    if (error instanceof HcfsError) return undefined
    throw error
  }
}
