import type { StructLookup } from '../../../src/document/struct-lookup.ts'
import type { UpdateContext } from '../../../src/validation/validate-update.ts'
import { BASE, DOC, MALLORY, NOW } from '../scene.ts'
import type { Attack } from './attack.ts'
import { ATTACKS_ON_CONTENTS } from './attacks-on-contents.ts'
import { ATTACKS_ON_FORM } from './attacks-on-form.ts'
import { ATTACKS_ON_OTHERS } from './attacks-on-others.ts'

export const ATTACKS: readonly Attack[] = [...ATTACKS_ON_FORM, ...ATTACKS_ON_CONTENTS, ...ATTACKS_ON_OTHERS]

/** What Mallory's entry says, unless the attack is in that: she has seen all of Ada, and writes for the first time. */
export function contextOf(
  { length = 0, context = {} }: Pick<Attack, 'length' | 'context'>,
  lookup: StructLookup
): UpdateContext {
  const clients = length === 0 ? [] : [{ session: 0, clock: 0, len: length }]
  return { docId: DOC, writer: MALLORY, clients, base: BASE, hlc: NOW, lookup, ...context }
}
