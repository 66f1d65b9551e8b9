import type { Node } from 'oxc-parser'
import { functionName, functionsOf } from '../functions.ts'
import type { Finding, Rule } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'

const PARAMETERS_MAX = 3

/** A call can be read without looking up what its fourth argument means. */
export const parameterCount: Rule = { name: 'parameter count', sees: 'source', check: findLongParameterLists }

function findLongParameterLists(source: SourceFile): Finding[] {
  const declared = source.nodes(
    'TSMethodSignature',
    'TSFunctionType',
    'TSDeclareFunction',
    'TSEmptyBodyFunctionExpression'
  )
  return [...functionsOf(source), ...declared]
    .filter((node) => countOf(node.params) > PARAMETERS_MAX && !isCallback(source, node))
    .map((node) => ({
      path: source.path,
      line: source.lineOf(node.start),
      message: `${functionName(source, node)} has ${countOf(node.params)} parameters, the limit is ${PARAMETERS_MAX}; pass the rest as one options object`
    }))
}

/** `this` is none, and one named `_like` this is unused: it only stands there because another interface passes it. */
function countOf(params: readonly Node[]): number {
  return params.filter((param) => param.type !== 'Identifier' || !/^(?:this$|_)/.test(param.name)).length
}

/** Who calls a function given in place decides its parameters. */
function isCallback(source: SourceFile, node: Node): boolean {
  const parent = source.parentOf(node)
  return parent?.type === 'CallExpression' || parent?.type === 'NewExpression'
}
