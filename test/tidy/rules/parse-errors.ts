import type { Rule } from '../rule.ts'

/** The other rules see only what could be parsed. */
export const parseErrors: Rule = {
  name: 'parse errors',
  sees: 'source',
  check: (source) => source.parseErrors.map((message) => ({ path: source.path, line: 1, message }))
}
