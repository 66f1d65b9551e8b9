import type { Context, ContextPath, Draft, Receipt } from '@hcfs/core'
import { HcfsError, hasErrorCode, isPathPrefix, parsePath, pathSegments } from '@hcfs/core'
import type { ToolAnswer, ToolCall } from '../tools/tool.ts'
import { fileDone, fileFailed, pathMissing } from './file-errors.ts'
import { numberedLines, sizeText } from './numbered-lines.ts'

export const FILES_ROOT = '/memories'

const LINES_MAX = 999_999
const DEPTH_SHOWN = 2
const SNIPPET_LINES = 4

/** Thrown out of an edit when there is nothing to write; carries the answer. */
class FileRefusal extends Error {
  readonly answer: ToolAnswer

  constructor(answer: ToolAnswer) {
    super('The command is refused')
    this.name = 'FileRefusal'
    this.answer = answer
  }
}

/** The commands of a folder of memory files, on the contexts below `/memories`: a file is the body of one. */
export class MemoryFiles {
  readonly #call: ToolCall

  constructor(call: ToolCall) {
    this.#call = call
  }

  async view(path: string, range?: readonly [number, number]): Promise<ToolAnswer> {
    const place = filePath(path)
    const file = await this.#file(place)
    if (file === undefined) return await this.#folder(path, place)
    if (file.body.split('\n').length > LINES_MAX)
      return fileFailed(`File ${path} exceeds maximum line limit of 999,999 lines.`)
    const [first, last] = range ?? [1, -1]
    const text = numberedLines(file.body, first, last === -1 ? undefined : last)
    return fileDone(`Here's the content of ${path} with line numbers:\n${text}`)
  }

  async create(path: string, text: string): Promise<ToolAnswer> {
    const place = filePath(path)
    if (place === FILES_ROOT) return fileFailed(`Error: File ${path} already exists`)
    try {
      const { node, by, signal } = this.#call
      this.#wrote(await node.contexts.put(place, { body: text }, { ifAbsent: true, by, signal }))
    } catch (error) {
      if (hasErrorCode(error, 'VERSION_CONFLICT')) return fileFailed(`Error: File ${path} already exists`)
      throw error
    }
    return fileDone(`File created successfully at: ${path}`)
  }

  async replace(path: string, before: string, after: string): Promise<ToolAnswer> {
    let edited = ''
    let at = 0
    const refusal = await this.#edit(path, (draft) => {
      const body = draft.body.toString()
      at = onlyPlaceOf(before, { body, path })
      draft.body.delete(at, before.length)
      draft.body.insert(at, after)
      edited = draft.body.toString()
    })
    if (refusal === 'missing') return fileFailed(`Error: The path ${path} does not exist. Please provide a valid path.`)
    if (refusal !== undefined) return refusal
    const line = edited.slice(0, at).split('\n').length
    const last = line + after.split('\n').length - 1 + SNIPPET_LINES
    return fileDone(`The memory file has been edited.\n${numberedLines(edited, line - SNIPPET_LINES, last)}`)
  }

  async insert(path: string, line: number, text: string): Promise<ToolAnswer> {
    const refusal = await this.#edit(path, (draft) => {
      const body = draft.body.toString()
      const lines = body === '' ? [] : body.replace(/\n$/, '').split('\n')
      if (line < 0 || line > lines.length) {
        const range = `[0, ${lines.length}]`
        const why = `It should be within the range of lines of the file: ${range}`
        throw new FileRefusal(fileFailed(`Error: Invalid \`insert_line\` parameter: ${line}. ${why}`))
      }
      const at = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0)
      const whole = text.endsWith('\n') ? text : `${text}\n`
      if (at > body.length) draft.body.append(`\n${text}`)
      else draft.body.insert(at, whole)
    })
    if (refusal === 'missing') return fileFailed(`Error: The path ${path} does not exist`)
    return refusal ?? fileDone(`The file ${path} has been edited.`)
  }

  async delete(path: string): Promise<ToolAnswer> {
    const place = filePath(path)
    if (place === FILES_ROOT) return fileFailed(`Error: The path ${path} cannot be deleted`)
    const { node, by, signal } = this.#call
    try {
      this.#wrote(await node.contexts.remove(place, { recursive: true, by, signal }))
    } catch (error) {
      if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) return fileFailed(`Error: The path ${path} does not exist`)
      throw error
    }
    return fileDone(`Successfully deleted ${path}`)
  }

  async rename(from: string, to: string): Promise<ToolAnswer> {
    const { node, by, signal } = this.#call
    const [source, target] = [filePath(from), filePath(to)]
    if (source === FILES_ROOT || target === FILES_ROOT) return fileFailed(`Error: ${FILES_ROOT} cannot be renamed`)
    if (await this.#exists(target)) return fileFailed(`Error: The destination ${to} already exists`)
    try {
      this.#wrote(await node.contexts.move(source, target, { recursive: true, by, signal }))
    } catch (error) {
      if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) return fileFailed(`Error: The path ${from} does not exist`)
      if (hasErrorCode(error, 'CONTEXT_EXISTS')) return fileFailed(`Error: The destination ${to} already exists`)
      throw error
    }
    return fileDone(`Successfully renamed ${from} to ${to}`)
  }

  async #folder(path: string, place: ContextPath): Promise<ToolAnswer> {
    const { node, signal } = this.#call
    const rows: string[] = []
    const sizes = new Map<string, number>()
    for await (const { path: found, bodyBytes = 0 } of node.contexts.list(place, { recursive: true, signal })) {
      const below = pathSegments(found).slice(pathSegments(place).length)
      if (below.some((name) => name.startsWith('.') || name === 'node_modules')) continue
      // What lies deeper counts for the folders above it.
      for (let depth = 0; depth <= Math.min(below.length, DEPTH_SHOWN); depth += 1) {
        const shown = [path.replace(/\/$/, ''), ...below.slice(0, depth)].join('/')
        sizes.set(shown, (sizes.get(shown) ?? 0) + bodyBytes)
      }
    }
    if (sizes.size === 0 && place !== FILES_ROOT) return pathMissing(path)
    if (sizes.size === 0) sizes.set(path.replace(/\/$/, ''), 0)
    for (const [shown, bytes] of sizes) rows.push(`${sizeText(bytes)}\t${shown}`)
    const head = `Here're the files and directories up to 2 levels deep in ${path}, excluding hidden items and node_modules:`
    return fileDone([head, ...rows].join('\n'))
  }

  async #edit(path: string, change: (draft: Draft) => void): Promise<ToolAnswer | 'missing' | undefined> {
    const { node, by, signal } = this.#call
    try {
      this.#wrote(await node.contexts.edit(filePath(path), change, { by, signal }))
      return undefined
    } catch (error) {
      if (error instanceof FileRefusal) return error.answer
      if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) return 'missing'
      throw error
    }
  }

  async #file(place: ContextPath): Promise<Context | undefined> {
    const { node, signal } = this.#call
    return await node.contexts.get(place, { signal }).catch((error: unknown) => {
      if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) return undefined
      throw error
    })
  }

  async #exists(place: ContextPath): Promise<boolean> {
    if ((await this.#file(place)) !== undefined) return true
    for await (const _ of this.#call.node.contexts.list(place, { limit: 1, signal: this.#call.signal })) return true
    return false
  }

  #wrote({ token }: Pick<Receipt, 'token'>): void {
    this.#call.trail.wrote(token)
  }
}

/** Nothing outside `/memories` is reached, however the path is written. */
function filePath(path: string): ContextPath {
  const place = parsePath(path.length > 1 ? path.replace(/\/+$/, '') : path)
  if (isPathPrefix(parsePath(FILES_ROOT), place)) return place
  throw new HcfsError('PATH_INVALID', `Paths of files begin with ${FILES_ROOT}`, { details: { path } })
}

function onlyPlaceOf(wanted: string, { body, path }: { body: string; path: string }): number {
  const at = wanted === '' ? -1 : body.indexOf(wanted)
  if (at === -1) {
    const text = `No replacement was performed, old_str \`${wanted}\` did not appear verbatim in ${path}.`
    throw new FileRefusal(fileFailed(text))
  }
  const lines: number[] = []
  for (let next = at; next !== -1; next = body.indexOf(wanted, next + 1))
    lines.push(body.slice(0, next).split('\n').length)
  if (lines.length === 1) return at
  const text = `No replacement was performed. Multiple occurrences of old_str \`${wanted}\` in lines: ${lines.join(', ')}. Please ensure it is unique`
  throw new FileRefusal(fileFailed(text))
}
