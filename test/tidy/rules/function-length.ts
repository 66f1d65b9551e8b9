import type { FunctionNode } from '../functions.ts'
import { functionName, functionsOf } from '../functions.ts'
import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import type { Ratchet } from '../tables/ratchet.ts'

export const FUNCTION_LINES_MAX = 70

const REGISTERS_TESTS = /^(?:describe|test)\b/

/** A function fits on a screen. */
export function functionLength({ functionLines }: Ratchet): Rule {
  return { name: 'function length', sees: 'source', check: (source) => findLongFunctions(source, functionLines) }
}

function findLongFunctions(source: SourceFile, known: Ratchet['functionLines']): Finding[] {
  return functionsOf(source)
    .filter((node) => !groupsTests(source, node))
    .flatMap((node) => {
      const name = functionName(source, node)
      const lines = source.lineCountOf(node)
      const max = known[`${source.path}#${name}`] ?? FUNCTION_LINES_MAX
      if (lines === max || (lines < max && max === FUNCTION_LINES_MAX)) return []
      const instead = lines < max ? 'lower the number in the ratchet' : 'name its steps and call them'
      const line = source.lineOf(node.start)
      return [{ path: source.path, line, message: `${name} has ${lines} lines, the limit is ${max}; ${instead}` }]
    })
}

/** A function that registers tests, such as the body of `describe`, is a list of them; each is a function of its own. */
function groupsTests(source: SourceFile, { body }: FunctionNode): boolean {
  if (body?.type !== 'BlockStatement') return false
  return body.body.some(
    ({ type, start }) => type === 'ExpressionStatement' && REGISTERS_TESTS.test(source.text.slice(start, start + 9))
  )
}
