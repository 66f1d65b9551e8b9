import type { ChunkSource } from './chunk.ts'
import type { CodeLanguage } from './languages.ts'
import { findLanguage, isLineLanguage } from './languages.ts'

export type BodyFormat =
  | { readonly type: 'markdown' }
  | { readonly type: 'text' }
  /** Without a language there is no grammar, and lines must do. */
  | { readonly type: 'code'; readonly language: CodeLanguage | undefined }

const MARKDOWN_NAMES = new Set(['md', 'markdown', 'mdx', 'mdown', 'mkd'])
const TEXT_NAMES = new Set(['txt', 'text', 'plain', 'log', 'prose'])
/** Files that are code though their names have no ending; a path is seldom a file name otherwise. */
const BARE_FILE_NAMES = /^(?:makefile|dockerfile)$/i
/** What is looked at when nothing names the format. */
const GUESS_UNITS_MAX = 8_192
/** `#!/usr/bin/env -S python3 -u` and `#!/bin/sh`: the program, without its version. */
const SHEBANG = /^\uFEFF?#![ \t]*(?:\S*\/)?(?:env[ \t]+(?:-\S+[ \t]+)*(?:\S*\/)?)?([a-z+#]+)/i
const MARKDOWN_SIGNS: readonly RegExp[] = [
  /^#{1,6}[ \t]+\S/m,
  /^\S.*\n(?:={3,}|-{3,})[ \t]*$/m,
  /^(?:`{3,}|~{3,})/m,
  /^[ \t]*[-*+][ \t]+\S/m,
  /^[ \t]*\d{1,3}[.)][ \t]+\S/m,
  /^\|.*\|[ \t]*$/m,
  /\[[^\]\n]{1,200}\]\([^)\s]{1,500}\)/
]

/**
 * How to read a body: what the end of its path says, else its kind, else its
 * first line, else what it looks like. A wrong guess costs worse cuts and
 * nothing more.
 */
export function detectFormat({ path, kind, body }: Pick<ChunkSource, 'path' | 'kind' | 'body'>): BodyFormat {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : (BARE_FILE_NAMES.exec(name)?.[0] ?? '')
  const kindName = kind === undefined ? '' : kind.slice(kind.lastIndexOf('/') + 1).replace(/^x-/, '')
  return namedFormat(ending) ?? namedFormat(kindName) ?? shebangFormat(body) ?? guessFormat(body)
}

function namedFormat(name: string): BodyFormat | undefined {
  const lower = name.toLowerCase()
  if (MARKDOWN_NAMES.has(lower)) return { type: 'markdown' }
  if (TEXT_NAMES.has(lower)) return { type: 'text' }
  const language = findLanguage(lower)
  if (language !== undefined || isLineLanguage(lower)) return { type: 'code', language }
  return undefined
}

function shebangFormat(body: string): BodyFormat | undefined {
  const program = SHEBANG.exec(body.slice(0, 256))?.[1]
  return program === undefined ? undefined : { type: 'code', language: findLanguage(program) }
}

function guessFormat(body: string): BodyFormat {
  const start = body.slice(0, GUESS_UNITS_MAX)
  return MARKDOWN_SIGNS.some((sign) => sign.test(start)) ? { type: 'markdown' } : { type: 'text' }
}
