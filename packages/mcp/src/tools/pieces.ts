import { HcfsError } from '@hcfs/core'
import { MCP_LIMITS } from '../mcp-limits.ts'

/** A part of a text that is too long for one answer. */
export interface Piece {
  readonly text: string
  /** Where the next one begins; absent at the end. */
  readonly nextOffset?: number
}

/** Never cuts a character in two. */
export function pieceOf(text: string, offset: number, charsMax: number = MCP_LIMITS.pieceCharsMax): Piece {
  if (offset > text.length) {
    throw new HcfsError('BAD_REQUEST', `The text has ${text.length} characters; offset ${offset} lies behind its end`)
  }
  const from = isInsidePair(text, offset) ? offset - 1 : offset
  const wanted = Math.min(text.length, from + charsMax)
  const to = isInsidePair(text, wanted) ? wanted - 1 : wanted
  return { text: text.slice(from, to), ...(to < text.length && { nextOffset: to }) }
}

function isInsidePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1)
  const after = text.charCodeAt(at)
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff
}
