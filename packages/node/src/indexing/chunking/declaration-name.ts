import type { Node } from 'web-tree-sitter'
import { plainName } from './heading-trail.ts'

/** Types of nodes that declare something, in all the grammars we use. */
const DECLARES =
  /declaration|definition|declarator|_item$|^(?:class|module|method|singleton_method|(?:function|class|export)_statement|rule_set)$|_spec$|_specifier$/
/** Fields that lead from a declaration to the one it wraps, such as that of an `export`. */
const INNER_FIELDS = ['declarator', 'declaration', 'definition']
/** Nodes that are a name, in grammars that do not mark it with a field. */
const NAMES = new Set(['function_name', 'simple_name', 'type_identifier'])
const NESTING_MAX = 6

/** What a declaration is called; undefined for other nodes, and for those without a name. */
export function declarationName(node: Node): string | undefined {
  if (!DECLARES.test(node.type)) return undefined
  const name = nameWithin(node, NESTING_MAX)
  return name === undefined || name === '' ? undefined : plainName(name)
}

function nameWithin(node: Node, nesting: number): string | undefined {
  if (nesting === 0) return undefined
  if (node.type === 'impl_item') return implementationName(node)
  if (node.type === 'rule_set') return node.firstNamedChild?.text
  const name = node.childForFieldName('name')
  if (name !== null) return name.text
  for (const field of INNER_FIELDS) {
    const inner = node.childForFieldName(field)
    if (inner !== null) return DECLARES.test(inner.type) ? nameWithin(inner, nesting - 1) : inner.text
  }
  const inner = node.namedChildren.find((child) => DECLARES.test(child.type) || NAMES.has(child.type))
  if (inner === undefined) return undefined
  return NAMES.has(inner.type) ? inner.text : nameWithin(inner, nesting - 1)
}

/** `impl Shape for Circle` is called that: the type alone has many. */
function implementationName(node: Node): string | undefined {
  const trait = node.childForFieldName('trait')?.text
  const type = node.childForFieldName('type')?.text
  return trait === undefined ? type : `${trait} for ${type}`
}
