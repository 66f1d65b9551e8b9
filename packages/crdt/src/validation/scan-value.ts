import { FORMAT_LIMITS } from '@hcfs/core'
import type { UpdateCursor } from './update-cursor.ts'

/** What a map entry holds, as far as it can be told without its key. */
export type ScannedValue = { readonly kind: 'mark' } | ScannedRegister

export interface ScannedRegister {
  readonly kind: 'register'
  readonly time: number
  /** How many levels of lists and objects lie below the value; `undefined` when the register says "removed". */
  readonly depth: number | undefined
  /** Where the whole value begins, as bytes of lib0's `any`. */
  readonly start: number
  readonly end: number
}

/** The first byte of a value in lib0's `any` encoding. */
const TAG = {
  null: 126,
  int: 125,
  float32: 124,
  float64: 123,
  false: 121,
  true: 120,
  text: 119,
  object: 118,
  list: 117
} as const

const { fieldsDepthMax, updateValuesMax } = FORMAT_LIMITS

/**
 * Passes over the values of one update and says what they are, without building
 * them: two bytes can stand for an object that takes fifty-six.
 *
 * 1. Only JSON gets past it, and only in the two forms that a map root holds: the
 *    mark `true` of sets, and the registers `[time]` and `[time, value]`.
 * 2. A value is never nested deeper than a field may be, so neither is the stack.
 * 3. All values of an update together are at most `updateValuesMax`.
 */
export class ValueScanner {
  readonly #cursor: UpdateCursor
  #valuesLeft: number = updateValuesMax

  constructor(cursor: UpdateCursor) {
    this.#cursor = cursor
  }

  scan(): ScannedValue {
    const start = this.#cursor.position
    const tag = this.#readTag()
    if (tag === TAG.true) return MARK
    if (tag !== TAG.list) throw this.#invalid('a map entry holds neither a register nor the mark of a set')
    const members = this.#cursor.readUint()
    if (members !== 1 && members !== 2) throw this.#invalid('a register is a time and at most one value')
    const time = this.#scanTime()
    const depth = members === 1 ? undefined : this.#scanLeaf()
    return { kind: 'register', time, depth, start, end: this.#cursor.position }
  }

  #scanTime(): number {
    const time = this.#scanNumber(this.#readTag())
    if (time !== undefined && Number.isSafeInteger(time) && time >= 0) return time
    throw this.#invalid('the time of a register is a whole number of microseconds')
  }

  /** Objects are split into registers of their own: only an empty one is a value, or one inside a list. */
  #scanLeaf(): number {
    const tag = this.#readTag()
    if (tag !== TAG.object) return this.#scanJson(tag, 0)
    if (this.#cursor.readUint() === 0) return 0
    throw this.#invalid('an object was not split into its leaves')
  }

  /** Returns the depth of the deepest value in it, where the value itself lies at `depth`. */
  #scanJson(tag: number, depth: number): number {
    if (tag === TAG.null || tag === TAG.true || tag === TAG.false) return depth
    if (tag === TAG.text) {
      this.#cursor.skipText()
      return depth
    }
    if (tag === TAG.list) return this.#scanMembers(depth, () => {})
    if (tag === TAG.object) return this.#scanMembers(depth, () => this.#scanKey())
    if (this.#scanNumber(tag) === undefined) throw this.#invalid('a value is not JSON')
    return depth
  }

  #scanMembers(depth: number, scanName: () => void): number {
    const count = this.#cursor.readUint()
    if (count === 0) return depth
    if (depth === fieldsDepthMax) throw this.#invalid(`a value is nested deeper than ${fieldsDepthMax} levels`)
    let deepest = depth + 1
    for (let index = 0; index < count; index += 1) {
      scanName()
      deepest = Math.max(deepest, this.#scanJson(this.#readTag(), depth + 1))
    }
    return deepest
  }

  /** Yjs assigns the members of an object one by one, so this key would set its prototype and be lost. */
  #scanKey(): void {
    const key = this.#cursor.readText()
    if (key === '__proto__' || key.includes('\u0000')) throw this.#invalid('a key of an object is not allowed')
  }

  #scanNumber(tag: number): number | undefined {
    if (tag !== TAG.int && tag !== TAG.float32 && tag !== TAG.float64) return undefined
    const number = this.#readNumber(tag)
    // One spelling of zero; the others are no JSON.
    return Number.isFinite(number) && !Object.is(number, -0) ? number : undefined
  }

  #readNumber(tag: typeof TAG.int | typeof TAG.float32 | typeof TAG.float64): number {
    if (tag === TAG.int) return this.#cursor.readInt()
    return tag === TAG.float32 ? this.#cursor.readFloat32() : this.#cursor.readFloat64()
  }

  #readTag(): number {
    this.#valuesLeft -= 1
    if (this.#valuesLeft < 0) {
      throw this.#cursor.refusal('UPDATE_TOO_MANY_VALUES', `it holds more than ${updateValuesMax} values`)
    }
    return this.#cursor.readByte()
  }

  #invalid(reason: string) {
    return this.#cursor.refusal('UPDATE_VALUE_INVALID', reason)
  }
}

const MARK: ScannedValue = Object.freeze({ kind: 'mark' })
