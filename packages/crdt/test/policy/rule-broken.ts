import { HcfsError } from '@hcfs/core'
import type { PolicyState } from '../../src/policy/policy-state.ts'
import type { Statement } from '../../src/policy/statement.ts'
import { entryAfter } from './network.ts'

/** The rule that an entry of the owner with these statements breaks; `undefined` when it breaks none. */
export function ruleBrokenBy(state: PolicyState, ...statements: Statement[]): unknown {
  try {
    state.withEntry(entryAfter(state, statements))
    return undefined
  } catch (error) {
    return error instanceof HcfsError ? error.details?.['rule'] : error
  }
}
