import type { Node } from 'oxc-parser'
import type { SourceFile } from './source-file.ts'

export type FunctionNode = ReturnType<typeof functionsOf>[number]

/** Every function with a body. */
export function functionsOf(source: SourceFile) {
  return source.nodes('FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression')
}

/** What a reader calls it: its own name, or that of the method, variable or property which holds it. */
export function functionName(source: SourceFile, node: Node): string {
  if ('id' in node && node.id?.type === 'Identifier') return node.id.name
  const holder = 'key' in node ? node : source.parentOf(node)
  if (holder?.type === 'VariableDeclarator') return textOf(source, holder.id)
  if (holder !== undefined && 'key' in holder) return textOf(source, holder.key)
  return 'the function'
}

function textOf(source: SourceFile, { start, end }: Node): string {
  return source.text.slice(start, end)
}
