import { describe, expect, test } from 'vitest'
import { validateUpdate } from '../../src/validation/validate-update.ts'
import { ATTACKS, contextOf } from './attacks/attacks.ts'

describe.each(ATTACKS)('an update that $name', (attack) => {
  test('is refused', () => {
    try {
      validateUpdate(attack.payload(), contextOf(attack))
    } catch (e) {
      expect(e).toMatchObject({ code: attack.code })
      return
    }
    expect(attack.code).toBe('UPDATE_ORDER_BROKEN')
  })
  if ('see' in attack.harm) {
    const { see, seen } = attack.harm
    test('harm', () => expect(see(attack.payload())).toEqual(seen))
  }
})
