import type { JsonObject, JsonValue } from '@hcfs/core'
import fc from 'fast-check'

/** Letters of one, two and four bytes of UTF-8, so that positions, bytes and code points differ. */
export const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '😀', '𝄞'), maxLength: 20 })

export const key = fc.constantFrom('a', 'b', 'c/d', '~', '', '__proto__')

/** Short, so that random pointers often lead through each other. */
export const keys = fc.array(key, { minLength: 1, maxLength: 3 })

/** So few that most of them conflict with each other. */
export const crowdedKeys = fc.array(fc.constantFrom('a', '__proto__'), { minLength: 1, maxLength: 3 })

const scalar = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, false, 0, 1.5, -7, 2 ** 53, 1e300, ''),
  fc.string({ unit: 'binary', maxLength: 5 })
)

/** Keys that may stand in objects inside lists. */
const listKey = fc.constantFrom('a', 'b', '')

const listItem: fc.Arbitrary<JsonValue> = fc.letrec<{ item: JsonValue }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc.array(tie('item'), { maxLength: 3 }),
    fc.dictionary(listKey, tie('item'), { maxKeys: 2, noNullPrototype: true })
  )
})).item

export const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc.array(listItem, { maxLength: 3 }),
    objectOf(tie('value'))
  )
})).value

export const jsonObject: fc.Arbitrary<JsonObject> = objectOf(jsonValue)

export const tag = fc.constantFrom('red', 'green', 'blue', 'Ä')

export const link = fc.record({ rel: fc.constantFrom('see', 'part of'), to: fc.constantFrom('/', '/a', '/a/b') })

/** Plain assignment would lose the key `__proto__`. */
function objectOf(value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc
    .uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 3 })
    .map((entries) => Object.fromEntries(entries))
}
