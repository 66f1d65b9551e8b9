import { HcfsError } from '../errors/hcfs-error.ts'

/** Long enough that a body of 1 MiB has few pieces to search, short enough that cutting one is cheap. */
const PIECE_LENGTH_MAX = 8_192

/**
 * Text that is edited many times. Kept in pieces, so that an edit costs as much
 * as a piece and not as much as the text.
 *
 * 1. The text is well-formed: halves of surrogate pairs do not get in, and no
 *    edit begins or ends inside a pair.
 * 2. An edit that is refused changes nothing.
 */
export class TextBuffer {
  #pieces: string[]
  /** The pieces as one, while nobody has edited them since. */
  #text: string | undefined
  #length: number

  constructor(text: string) {
    this.#pieces = cut(text)
    this.#text = text
    this.#length = text.length
  }

  get length(): number {
    return this.#length
  }

  insert(at: number, text: string): void {
    this.#assertBoundary(at)
    assertWellFormed(text)
    if (text === '') return
    // At the end of a piece rather than at the start of the next, so that appending fills the last one.
    const { index, offset } = at === 0 ? { index: 0, offset: 0 } : this.#locate(at - 1, 1)
    const piece = this.#pieces[index] ?? ''
    this.#replacePieces(index, 1, piece.slice(0, offset) + text + piece.slice(offset))
  }

  delete(at: number, length: number): void {
    this.#assertBoundary(at)
    if (!(length >= 0)) throw outOfRange('The length of a deletion', length, this.#length)
    this.#assertBoundary(at + length)
    if (length === 0) return
    const first = this.#locate(at)
    const last = this.#locate(at + length)
    const left = this.#pieces[first.index]!.slice(0, first.offset)
    const right = this.#pieces[last.index]?.slice(last.offset) ?? ''
    this.#replacePieces(first.index, last.index - first.index + 1, left + right)
  }

  replace(text: string): void {
    assertWellFormed(text)
    this.#pieces = cut(text)
    this.#text = text
    this.#length = text.length
  }

  toString(): string {
    this.#text ??= this.#pieces.join('')
    return this.#text
  }

  #replacePieces(index: number, count: number, text: string): void {
    const taken = this.#pieces.splice(index, count, ...cut(text))
    for (const piece of taken) this.#length -= piece.length
    this.#length += text.length
    this.#text = undefined
  }

  #assertBoundary(at: number): void {
    if (!Number.isInteger(at) || at < 0 || at > this.#length) throw outOfRange('A position', at, this.#length)
    if (at === 0 || at === this.#length) return
    const { index, offset } = this.#locate(at)
    const unit = this.#pieces[index]!.charCodeAt(offset)
    if (unit < 0xdc00 || unit > 0xdfff) return
    throw new HcfsError('BAD_REQUEST', `Position ${at} lies inside a surrogate pair: move it by one`, {
      details: { at }
    })
  }

  /** The piece that holds the unit at this position (one past the last piece at the end), and where `after` units on lie in it. */
  #locate(at: number, after = 0): { index: number; offset: number } {
    let offset = at
    let index = 0
    for (const piece of this.#pieces) {
      if (offset < piece.length) return { index, offset: offset + after }
      offset -= piece.length
      index += 1
    }
    return { index, offset: 0 }
  }
}

export function assertWellFormed(text: string): void {
  if (text.isWellFormed()) return
  throw new HcfsError('CONTENT_INVALID', 'The text holds half of a surrogate pair: call toWellFormed() on it first')
}

function cut(text: string): string[] {
  if (text.length <= PIECE_LENGTH_MAX) return text === '' ? [] : [text]
  // Even pieces: a full one and a tiny rest would, insertion after insertion, end in many tiny ones.
  const length = Math.ceil(text.length / Math.ceil(text.length / PIECE_LENGTH_MAX))
  const pieces: string[] = []
  for (let start = 0; start < text.length; start += length) pieces.push(text.slice(start, start + length))
  return pieces
}

function outOfRange(what: string, value: number, length: number): HcfsError {
  return new HcfsError(
    'BAD_REQUEST',
    `${what} is a whole number within the body, which has ${length} UTF-16 units here: read the context again`,
    { details: { value: Number(value), length } }
  )
}
