import type { Preconditions } from '@hcfs/core'

/** The members that have a value: `undefined` is neither sent nor counted as given. */
export type Defined<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> }

export function defined<Members extends object>(members: Members): Defined<Members> {
  const given: Defined<Members> = { ...members }
  for (const name of keysOf(given)) if (given[name] === undefined) delete given[name]
  return given
}

/** Preconditions as HTTP has them. The entity tag of a context is its version. */
export function conditionHeaders({ ifVersion, ifAbsent }: Preconditions): Record<string, string> {
  return {
    ...(ifVersion !== undefined && { 'if-match': `"${ifVersion}"` }),
    ...(ifAbsent === true && { 'if-none-match': '*' })
  }
}

function keysOf<Members extends object>(members: Members): (keyof Members)[] {
  return Object.keys(members) as (keyof Members)[]
}
