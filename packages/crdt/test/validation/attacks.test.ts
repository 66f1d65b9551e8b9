import { beforeAll, describe, expect, test } from 'vitest'
import { applyValidated } from '../../src/validation/apply-validated.ts'
import type { Attack, Bomb, Harm } from './attacks/attack.ts'
import { ATTACKS, contextOf } from './attacks/attacks.ts'
import { allocatedByValidation, allocatedByYjs } from './attacks/probe-allocation.ts'
import { imageOf } from './entry-history.ts'
import { adasContext } from './scene.ts'

const ALLOCATED_BYTES_MAX = 16 * 2 ** 20

describe.each(ATTACKS)('an update that $name', (attack) => {
  test(`is refused with ${attack.code} and changes nothing`, () => {
    const document = adasContext()
    const [payload, context] = [attack.payload(), contextOf(attack, document)]

    expect(() => applyValidated(document, payload, context)).toThrow(expect.objectContaining({ code: attack.code }))

    expect(imageOf(document)).toEqual(imageOf(adasContext()))
    expect(document.encodeState()).toEqual(adasContext().encodeState())
  })
})

describe('given the same bytes', () => {
  test.each(ATTACKS.filter(isSeen))('$name: plain Yjs $harm.does', ({ payload, harm: { see, seen } }) => {
    expect(see(payload())).toEqual(seen)
  })

  test.each(ATTACKS.filter(isBomb))('$name: plain Yjs $harm.does', async ({ name, harm: { bytesMin } }) => {
    expect(await allocatedByYjs(name)).toBeGreaterThan(bytesMin)
  })
})

describe('refusing', () => {
  let allocated: Record<string, number> = {}

  beforeAll(async () => {
    allocated = await allocatedByValidation()
  })

  test.each(ATTACKS)('an update that $name takes less than 16 MiB', ({ name }) => {
    expect(allocated[name]).toBeLessThan(ALLOCATED_BYTES_MAX)
  })
})

function isSeen(attack: Attack): attack is Attack & { harm: Harm } {
  return 'see' in attack.harm
}

function isBomb(attack: Attack): attack is Attack & { harm: Bomb } {
  return 'format' in attack.harm
}
