import { deviceId, doConflict, FORMAT_LIMITS, formatPointer } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keys } from '../../../../test/support/content-arbitraries.ts'
import { keyOwner, ownedKey } from '../../src/document/owned-key.ts'
import type { Register } from '../../src/document/register.ts'
import { readRegister } from '../../src/document/register.ts'
import { resolveRegisters } from '../../src/document/register-map.ts'

/** Two writers, one of them in two sessions. */
const OWNERS = [
  [1, 0],
  [1, 2],
  [2, 0]
].map(([incarnation, session]) => keyOwner({ author: deviceId('ab'.repeat(32)), incarnation: incarnation! }, session!))
const OWNER = OWNERS[0]!

describe('a register', () => {
  test('is a key of pointer and writer, and a list of a time and a value', () => {
    const register = readRegister('fields', ownedKey('/a~1b/c', OWNER), [7, 'x'])
    expect(register).toMatchObject({ keys: ['a/b', 'c'], owner: OWNER, time: 7, value: 'x' })
  })

  test('without a value says that the writer removed what was there', () => {
    expect(readRegister('fields', ownedKey('/a', OWNER), [7])).toMatchObject({ time: 7, value: undefined })
  })

  test.each<[string, string, unknown]>([
    ['a key without a writer', '/a', [1, 2]],
    ['a pointer to the whole', ownedKey('', OWNER), [1, 2]],
    ['a pointer that is none', ownedKey('a', OWNER), [1, 2]],
    ['a pointer with NUL', ownedKey('/a\u0000b', OWNER), [1, 2]],
    ['a pointer that is too deep', ownedKey('/a'.repeat(FORMAT_LIMITS.fieldsDepthMax + 1), OWNER), [1, 2]],
    ['no list', ownedKey('/a', OWNER), 1],
    ['an empty list', ownedKey('/a', OWNER), []],
    ['a list of three', ownedKey('/a', OWNER), [1, 2, 3]],
    ['a time before all times', ownedKey('/a', OWNER), [-1, 2]],
    ['a time that is no whole number', ownedKey('/a', OWNER), [1.5, 2]],
    ['undefined as its value', ownedKey('/a', OWNER), [1, undefined]],
    ['an object that was not split', ownedKey('/a', OWNER), [1, { b: 2 }]]
  ])('is not one with %s', (_what, key, stored) => {
    expect(readRegister('fields', key, stored)).toBeUndefined()
  })

  test('of meta holds small values only', () => {
    const key = ownedKey('/a', OWNER)
    const large = Array.from({ length: 5_000 }, () => 1)
    expect(readRegister('fields', key, [1, large])).toBeDefined()
    expect(readRegister('meta', key, [1, large])).toBeUndefined()
  })
})

const register = fc
  .record({ keys, owner: fc.constantFrom(...OWNERS), time: fc.nat(3), value: fc.option(fc.nat(9), { nil: undefined }) })
  .map(({ keys, owner, time, value }): Register => {
    const key = ownedKey(formatPointer(keys), owner)
    const read = readRegister('fields', key, value === undefined ? [time] : [time, value])
    if (read === undefined) throw new TypeError('The arbitrary makes valid registers')
    return read
  })

/** Word for word: descending by (time, writer, session), each kept if it conflicts with none kept. */
function naiveKept(registers: readonly Register[]): Register[] {
  const left = [...registers]
  const kept: Register[] = []
  while (left.length > 0) {
    const greatest = left.reduce((best, each) => (isGreater(each, best) ? each : best))
    left.splice(left.indexOf(greatest), 1)
    if (!kept.some((each) => doConflict(each.keys, greatest.keys))) kept.push(greatest)
  }
  return kept
}

function isGreater(left: Register, right: Register): boolean {
  if (left.time !== right.time) return left.time > right.time
  if (left.owner.tag !== right.owner.tag) return left.owner.tag > right.owner.tag
  if (left.owner.session !== right.owner.session) return left.owner.session > right.owner.session
  return formatPointer(left.keys) < formatPointer(right.keys)
}

/*
 * Goal: which registers count does not depend on the order they came in, and is
 * what the rule says.
 * Method: the tree against a list, over registers of few times and short
 * pointers, so that most of them conflict.
 */
test('the registers that count are those of the naive rule, in any order of arrival', () => {
  const registers = fc.uniqueArray(register, { selector: ({ key }) => key, maxLength: 12 })
  fc.assert(
    fc.property(
      registers.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const expected = naiveKept(all)
        const { kept, hidden } = resolveRegisters(shuffled)
        expect(new Set(hidden)).toEqual(new Set(all.filter((each) => !expected.includes(each))))
        for (const each of expected) expect(kept.takeConflicting(each.keys)).toEqual([each])
      }
    )
  )
})
