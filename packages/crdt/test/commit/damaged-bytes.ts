import { HcfsError } from '@hcfs/core'
import fc from 'fast-check'

interface Damage {
  readonly at: number
  readonly remove: number
  readonly insert: readonly number[]
}

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 3 }),
  insert: fc.array(fc.nat({ max: 255 }), { maxLength: 3 })
})

/** Bytes that were right until one to four places were cut, changed or lengthened. */
export function damagedBytes(right: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(right, fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([bytes, damages]) => Uint8Array.from(damages.reduce(hurt, [...bytes])))
}

/** The code with which something is refused; `undefined` when it is not. Fails on an error without a code. */
export function refusalOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof HcfsError) return error.code
    throw error
  }
}

function hurt(bytes: readonly number[], { at, remove, insert }: Damage): number[] {
  return bytes.toSpliced(at % (bytes.length + 1), remove, ...insert)
}
