import type { UpdateContext } from '../../../src/validation/validate-update.ts'
import { adasDocument, mallorysContext } from '../scene.ts'
import type { Attack } from './attack.ts'
import { ATTACKS_ON_CONTENTS } from './attacks-on-contents.ts'
import { ATTACKS_ON_FORM } from './attacks-on-form.ts'
import { ATTACKS_ON_OTHERS } from './attacks-on-others.ts'

export const ATTACKS: readonly Attack[] = [...ATTACKS_ON_FORM, ...ATTACKS_ON_CONTENTS, ...ATTACKS_ON_OTHERS]

/** The context in which an attack meets the document of Ada. */
export function contextOf({ length = 0, context = {} }: Attack, document = adasDocument()): UpdateContext {
  return { ...mallorysContext(document, length), ...context }
}
