import type { ContextContent, ContextParts, JsonValue } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { markdownOf, partsOfMarkdown } from './markdown-file.ts'

/** How a file holds a context. Which one it is follows from the file's name alone. */
export type FileFormat = 'markdown' | 'json' | 'text'

/** Added to the name of a context whose own name says nothing of the format. */
export const MARKDOWN_END = '.md'

const JSON_END = '.json'
const TEXT_END = /[^.]\.[a-z0-9]{1,10}$/

export function formatOf(fileName: string): FileFormat {
  if (fileName.endsWith(MARKDOWN_END)) return 'markdown'
  return fileName.endsWith(JSON_END) ? 'json' : 'text'
}

export interface NamedText {
  /** Added to the file name of the context. */
  readonly end: string
  readonly text: string
}

/**
 * A context as a file: as what its name says where that holds all of it, and as
 * Markdown otherwise. Markdown too where a folder of that very name is needed.
 */
export function fileOf(fileName: string, content: ContextContent, hasChildren: boolean): NamedText {
  const isAlone = content.tags.length === 0 && content.links.length === 0 && Object.keys(content.meta).length === 0
  const hasFields = Object.keys(content.fields).length > 0
  if (!hasChildren && isAlone && !fileName.startsWith('.') && !fileName.startsWith('=')) {
    const format = formatOf(fileName)
    if (format === 'json' && content.body === '') {
      return { end: '', text: `${JSON.stringify(content.fields, undefined, 2)}\n` }
    }
    if (format === 'text' && TEXT_END.test(fileName) && !hasFields && isPlainText(content.body)) {
      return { end: '', text: content.body }
    }
  }
  return { end: MARKDOWN_END, text: markdownOf(content) }
}

/** The inverse of `fileOf`, also for files that others wrote. */
export function partsOfFile(fileName: string, text: string): ContextParts {
  switch (formatOf(fileName)) {
    case 'markdown':
      return partsOfMarkdown(text)
    case 'json':
      return partsOfJson(text)
    case 'text':
      return { body: text.startsWith('\uFEFF') ? text.slice(1) : text }
  }
}

function partsOfJson(text: string): ContextParts {
  let value: JsonValue
  try {
    value = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch {
    throw new HcfsError('FILE_INVALID', 'It ends in .json and is not JSON')
  }
  // A list or a single value has no field to stand in.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { body: text }
  return { fields: value as ContextParts['fields'] & object }
}

function isPlainText(body: string): boolean {
  return !body.startsWith('\uFEFF') && !body.includes('\u0000')
}
