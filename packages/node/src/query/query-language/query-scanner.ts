import { HcfsError } from '@hcfs/core'

/** A piece of a query, with its escapes resolved. */
export interface ScannedText {
  readonly text: string
  /** Offset of the first character, in UTF-16 units. */
  readonly at: number
  readonly isQuoted: boolean
  /** Whether the last character was a star that nothing escaped. It is not in `text`. */
  readonly hasStar: boolean
}

const SPACE = /\s/

/** Walks through a query; every error says where. */
export class QueryScanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get at(): number {
    return this.#at
  }

  skipSpaces(): void {
    while (SPACE.test(this.#next)) this.#at += 1
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** Whether something follows directly, without a space. */
  get isInside(): boolean {
    return !this.isAtEnd && !SPACE.test(this.#next)
  }

  /** Steps over `sign` if it comes next. */
  take(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  /** Steps over what a sticky pattern finds here. */
  takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text) ?? undefined
    this.#at += match?.[0].length ?? 0
    return match
  }

  /** Up to a space or a quote, or from one quote to the next. */
  value(): ScannedText {
    return this.#next === '"' ? this.#quoted() : this.#bare()
  }

  get #next(): string {
    return this.#text.charAt(this.#at)
  }

  #quoted(): ScannedText {
    const opened = this.#at
    let text = ''
    this.#at += 1
    while (!this.isAtEnd && this.#next !== '"') text += this.#character()
    if (this.isAtEnd) throw queryInvalid(opened, 'a quote opens here and nothing closes it; close it, or write \\"')
    this.#at += 1
    return { text, at: opened, isQuoted: true, hasStar: false }
  }

  #bare(): ScannedText {
    const at = this.#at
    let text = ''
    let hasStar = false
    while (this.isInside && this.#next !== '"') {
      hasStar = this.#next === '*'
      text += this.#character()
    }
    return { text: hasStar ? text.slice(0, -1) : text, at, isQuoted: false, hasStar }
  }

  #character(): string {
    if (this.#next === '\\') {
      this.#at += 1
      if (this.isAtEnd)
        throw queryInvalid(this.#at - 1, 'a backslash stands before nothing; write \\\\ to look for one')
    }
    const character = this.#next
    this.#at += 1
    return character
  }
}

/** `at` counts UTF-16 units from 0, as editors and programs do; people count from 1. */
export function queryInvalid(at: number, message: string): HcfsError {
  return new HcfsError('QUERY_INVALID', `Character ${at + 1} of the query: ${message}`, { details: { at } })
}
