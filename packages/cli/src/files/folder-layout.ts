import type { ContextPath } from '@hcfs/core'
import { fromFileNames, HcfsError, joinPath, parsePath, ROOT_PATH, toFileNames } from '@hcfs/core'
import { MARKDOWN_END } from './file-format.ts'

/**
 * The name of the file that holds the context of the folder it lies in: of the root,
 * and of one whose name is too long for anything behind it. No other name begins so.
 */
const FOLDER_ITSELF = '='

/** Behind the name of a folder that might be the name of a file as well. No name of ours ends so. */
const FOLDER_MARK = '='

/** One less than a name may have, so that a folder has room for its mark. */
const FILE_NAME_BYTES_MAX = 254

/** Where a context lies in an export. */
export interface FilePlace {
  readonly folders: readonly string[]
  /** Without what the format of the file adds. */
  readonly name: string
}

export function placeOf(path: ContextPath): FilePlace {
  const names = toFileNames(path)
  const name = names.at(-1)
  const folders = names.slice(0, -1).map(folderName)
  if (name === undefined) return { folders, name: FOLDER_ITSELF }
  if (Buffer.byteLength(name + MARKDOWN_END) <= FILE_NAME_BYTES_MAX) return { folders, name }
  return { folders: [...folders, folderName(name)], name: FOLDER_ITSELF }
}

/**
 * The path of a file below the folder that is imported. Names that an export gives are
 * read back; every other name stands for itself. A file `plan.md` is the context `plan`.
 */
export function pathOfFile(fileNames: readonly string[], under: ContextPath): ContextPath {
  const last = fileNames.at(-1) ?? ''
  const name = last.endsWith(MARKDOWN_END) && last !== MARKDOWN_END ? last.slice(0, -MARKDOWN_END.length) : last
  const folders = fileNames.slice(0, -1).map(nameOfFolder)
  return joinAll(under, pathOfNames(name === FOLDER_ITSELF ? folders : [...folders, name]))
}

function folderName(name: string): string {
  return isLikeFile(name) ? name + FOLDER_MARK : name
}

function nameOfFolder(folder: string): string {
  const name = folder.slice(0, -FOLDER_MARK.length)
  return folder.endsWith(FOLDER_MARK) && isLikeFile(name) ? name : folder
}

/** The context beside it would have a file of that name. */
function isLikeFile(name: string): boolean {
  return name.endsWith(MARKDOWN_END) && Buffer.byteLength(name) <= FILE_NAME_BYTES_MAX
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
