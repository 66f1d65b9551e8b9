import type { CborValue, ContextPath } from '@hcfs/core'
import { decodeCbor, hasErrorCode, ID_BYTES, parseCanonicalPath } from '@hcfs/core'
import { malformed, tooLarge } from './commit-errors.ts'

/** Decodes bytes that came from a peer; whatever they are, the failure carries a code of commits. */
export function decodeCanonical(bytes: Uint8Array, what: string, bytesMax: number): CborValue {
  if (bytes.length > bytesMax) throw tooLarge(`${what}.bytes`, bytes.length, bytesMax)
  try {
    return decodeCbor(bytes)
  } catch (error) {
    if (hasErrorCode(error, 'ENCODING_TOO_LARGE'))
      throw malformed(what, 'nests too deep or holds too many values', error)
    if (hasErrorCode(error, 'ENCODING_INVALID')) throw malformed(what, 'is not canonical CBOR', error)
    throw error
  }
}

/**
 * Reads the values of a fixed-position array one after another, in the order of
 * the tables in docs/reference/commit-format.md. Checks shapes only; what values
 * may be is the business of the rules in `header-codec.ts` and `entry-rules.ts`.
 */
export class ArrayReader {
  readonly #values: readonly CborValue[]
  readonly #what: string
  #index = 0

  constructor(value: CborValue | undefined, what: string, length: number) {
    if (!Array.isArray(value)) throw malformed(what, 'is not an array')
    if (value.length !== length) throw malformed(what, `has ${value.length} values instead of ${length}`)
    this.#values = value
    this.#what = what
  }

  text(name: string): string {
    const value = this.#next()
    if (typeof value !== 'string') throw this.#wrong(name, 'is not text')
    return value
  }

  bytes(name: string, length?: number): Uint8Array {
    const value = this.#next()
    if (!(value instanceof Uint8Array)) throw this.#wrong(name, 'is not a byte string')
    if (length !== undefined && value.length !== length) throw this.#wrong(name, `is not ${length} bytes long`)
    return value
  }

  id<Id>(name: string, parse: (bytes: Uint8Array) => Id): Id {
    return parse(this.bytes(name, ID_BYTES))
  }

  path(name: string): ContextPath {
    const text = this.text(name)
    try {
      return parseCanonicalPath(text)
    } catch (error) {
      if (!hasErrorCode(error, 'PATH_INVALID')) throw error
      throw malformed(`${this.#what}.${name}`, 'is not a canonical path', error)
    }
  }

  wholeNumber(name: string): number {
    const value = this.#next()
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw this.#wrong(name, 'is not a whole number from 0 to 2^53 - 1')
    }
    return value
  }

  list(name: string): readonly CborValue[] {
    const value = this.#next()
    if (!Array.isArray(value)) throw this.#wrong(name, 'is not an array')
    return value
  }

  byteStrings(name: string): Uint8Array[] {
    return this.list(name).map((value) => {
      if (value instanceof Uint8Array) return value
      throw this.#wrong(name, 'holds something else than byte strings')
    })
  }

  /** `undefined` for null, which stands for every value that is not there. */
  optional<Value>(read: () => Value): Value | undefined {
    if (this.#values[this.#index] !== null) return read()
    this.#index += 1
    return undefined
  }

  #next(): CborValue | undefined {
    const value = this.#values[this.#index]
    this.#index += 1
    return value
  }

  #wrong(name: string, problem: string): Error {
    return malformed(`${this.#what}.${name}`, problem)
  }
}
