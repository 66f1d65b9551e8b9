import type { Chunk } from './chunk.ts'

/**
 * The smallest piece that a format knows: a paragraph, a list item, a
 * statement. Blocks of a section stand in order and do not overlap; what is
 * between two of them is blank.
 */
export interface Block {
  readonly start: number
  readonly end: number
  /** How deep the block is nested: between deep ones is a worse place to cut. */
  readonly depth: number
  readonly headings: readonly string[]
  readonly format: Chunk['format']
  /** Where a block that is too large by itself may be cut. */
  readonly cutBetween: 'sentences' | 'lines'
  /** Only of a fenced block: what its content is written in, and where that is. */
  readonly code?: FencedCode
}

export interface FencedCode {
  readonly language: string
  readonly start: number
  readonly end: number
}

/** Blocks that may share a chunk. Blocks of two sections never do. */
export type Section = readonly Block[]

/** Line ends of every kind become `\n` without moving anything: all scanners read this, and chunks are cut from the original. */
export function withPlainLineEnds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', ' \n').replaceAll('\r', '\n') : text
}

/** Where the line that holds `index` ends, its line end included. */
export function endOfLine(text: string, index: number): number {
  const lineEnd = text.indexOf('\n', index)
  return lineEnd === -1 ? text.length : lineEnd + 1
}

/** Where the first character of a stretch that is not blank stands; `end` when all are. */
export function skipBlank(text: string, start: number, end: number): number {
  let index = start
  while (index < end && isBlank(text.charCodeAt(index))) index += 1
  return index
}

/** Just after the last character of a stretch that is not blank; `start` when all are. */
export function skipBlankBack(text: string, start: number, end: number): number {
  let index = end
  while (index > start && isBlank(text.charCodeAt(index - 1))) index -= 1
  return index
}

/** What `String.prototype.trim` removes. */
export function isBlank(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
  if (unit < 0xa0) return false
  return String.fromCharCode(unit).trim() === ''
}
